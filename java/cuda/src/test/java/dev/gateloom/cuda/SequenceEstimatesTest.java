package dev.gateloom.cuda;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.cuda.planner.Exchange;
import dev.gateloom.cuda.planner.Gpu;
import dev.gateloom.cuda.planner.PassPlan;
import dev.gateloom.cuda.planner.Phase;
import dev.gateloom.cuda.planner.Plan;
import dev.gateloom.cuda.planner.Planner;
import dev.gateloom.cuda.planner.Problem;
import dev.gateloom.device.GpuModel;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The times of the sequence kernels in KERNELS.md are the model's. */
class SequenceEstimatesTest {
    private static final String TIMES = "%s: B x T x H | H100: floor LSTM, GRU | LSTM | GRU | LSTM on D | A100: floor LSTM, GRU | LSTM | GRU | LSTM on D |";
    private static final String WAYS = "| B x T x H | LSTM, H100: gathered | sums | LSTM, A100: gathered | sums | GRU, H100: gathered | sums "
            + "| GRU, A100: gathered | sums |";
    private static final List<String> GPUS = List.of("h100", "a100");
    private static final double MILLI = 1e3;

    @ParameterizedTest
    @CsvSource({"FP32, fp32", "FP16, 16 bits"})
    void theDocumentSaysWhatTheModelSays(Precision precision, String name) {
        KernelsDocument.assertTable("| " + String.format(TIMES, name), List.of(times(precision, 1, 1000, 256),
                times(precision, 64, 256, 512), times(precision, 128, 128, 1024), times(precision, 16, 1024, 768)));
    }

    /** Backward in 16 bits by either way, products included. */
    @Test
    void theDocumentSaysWhatBothWaysTake() {
        KernelsDocument.assertTable(WAYS, List.of(ways(1, 1000, 256), ways(64, 256, 256), ways(64, 256, 512), ways(16, 1024, 768),
                ways(128, 128, 1024), ways(16, 256, 1536)));
    }

    private static String ways(int batch, int steps, int hidden) {
        List<String> cells = new ArrayList<>(List.of(KernelsDocument.shape(batch, steps, hidden)));
        for (CellType cell : List.of(CellType.LSTM, CellType.GRU)) {
            for (String gpu : GPUS) {
                for (Exchange way : List.of(Exchange.GATE_GRADIENTS, Exchange.PARTIAL_SUMS)) {
                    PassPlan pass = Planner.plan(problem(cell, batch, steps, hidden, Precision.FP16), Gpu.of(GpuModel.of(gpu)),
                            new SequenceDivisions(SequenceOptions.planned().backward(way))).of(Phase.BACKWARD).of(Strategy.C).plan();
                    cells.add(pass == null ? "does not fit" : String.format(Locale.ROOT, "%.2f", MILLI * pass.seconds()));
                }
            }
        }
        return KernelsDocument.row(cells);
    }

    private static String times(Precision precision, int batch, int steps, int hidden) {
        List<String> cells = new ArrayList<>(List.of(KernelsDocument.shape(batch, steps, hidden)));
        for (String name : GPUS) {
            GpuModel gpu = GpuModel.of(name);
            cells.add(String.format(Locale.ROOT, "2 x %s, %s", floor(gpu, precision, 4, batch, steps, hidden),
                    floor(gpu, precision, 3, batch, steps, hidden)));
            Plan lstm = plan(gpu, CellType.LSTM, batch, steps, hidden, precision);
            cells.add(fastest(lstm));
            cells.add(fastest(plan(gpu, CellType.GRU, batch, steps, hidden, precision)));
            cells.add(lstm.passes().stream().map(choice -> recurrence(choice.of(Strategy.D).plan())).collect(Collectors.joining(" + ")));
        }
        return KernelsDocument.row(cells);
    }

    /** Of one pass: products with W_hh at the peak, or gates twice, three tensors of states and W_hh through device memory. */
    private static String floor(GpuModel gpu, Precision precision, int gates, int batch, int steps, int hidden) {
        boolean single = precision == Precision.FP32;
        double units = (double) batch * steps * hidden;
        double bytes = Float.BYTES * units * (2 * gates + 3) + (double) gates * hidden * hidden * (single ? Float.BYTES : Short.BYTES);
        double peak = (single ? gpu.fp32Tflops() : gpu.tensorTflops()) * 1e12;
        return BigDecimal.valueOf(MILLI * Math.max(2 * units * gates * hidden / peak, bytes / (gpu.memoryGigabytesPerSecond() * 1e9)))
                .round(new MathContext(2)).toPlainString();
    }

    /** Of the kernels that run all steps, each pass by itself. */
    private static String fastest(Plan plan) {
        List<PassPlan> passes = plan.passes().stream().map(choice -> Stream.of(Strategy.A, Strategy.B, Strategy.C)
                .map(strategy -> choice.of(strategy).plan()).filter(Objects::nonNull)
                .min(Comparator.comparingDouble(PassPlan::seconds)).orElse(null)).toList();
        return passes.contains(null) ? "does not fit"
                : passes.stream().map(pass -> recurrence(pass) + " " + pass.strategy()).collect(Collectors.joining(" + "));
    }

    private static String recurrence(PassPlan pass) {
        return String.format(Locale.ROOT, "%.2f", MILLI * (pass.seconds() - pass.productSeconds()));
    }

    private static Plan plan(GpuModel gpu, CellType cell, int batch, int steps, int hidden, Precision precision) {
        return CudaEngine.explain(problem(cell, batch, steps, hidden, precision), Gpu.of(gpu));
    }

    private static Problem problem(CellType cell, int batch, int steps, int hidden, Precision precision) {
        return new Problem(RnnConfig.of(cell, hidden, hidden).build(), steps, batch, Mode.TRAINING, precision);
    }
}
