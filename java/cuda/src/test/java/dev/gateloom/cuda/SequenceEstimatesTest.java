package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The times of the sequence kernels in KERNELS.md are the model's. */
class SequenceEstimatesTest {
    private static final Path DOCUMENT = Path.of("../../kernels/KERNELS.md");
    private static final String HEAD = "| B x T x H | H100: floor LSTM, GRU | LSTM | GRU | A100: floor LSTM, GRU | LSTM | GRU |";
    private static final String WAYS = "| B x T x H | LSTM, H100: gathered | sums | LSTM, A100: gathered | sums | GRU, H100: gathered | sums "
            + "| GRU, A100: gathered | sums |";
    private static final double MILLI = 1e3;

    @Test
    void theDocumentSaysWhatTheModelSays() throws IOException {
        List<String> lines = Files.readAllLines(DOCUMENT);
        int first = lines.indexOf(HEAD) + 2;
        List<String> rows = List.of(row(1, 1000, 256), row(64, 256, 512), row(128, 128, 1024), row(16, 1024, 768));
        assertEquals(String.join("\n", rows), String.join("\n", lines.subList(first, first + rows.size())));
    }

    /** Backward in 16 bits by either way, products included. */
    @Test
    void theDocumentSaysWhatBothWaysTake() throws IOException {
        List<String> lines = Files.readAllLines(DOCUMENT);
        int first = lines.indexOf(WAYS) + 2;
        List<String> rows = List.of(ways(1, 1000, 256), ways(64, 256, 256), ways(64, 256, 512), ways(16, 1024, 768),
                ways(128, 128, 1024), ways(16, 256, 1536));
        assertEquals(String.join("\n", rows), String.join("\n", lines.subList(first, first + rows.size())));
    }

    private static String ways(int batch, int steps, int hidden) {
        List<String> cells = new ArrayList<>(List.of(batch + " x " + steps + " x " + hidden));
        for (CellType cell : List.of(CellType.LSTM, CellType.GRU)) {
            for (String gpu : List.of("h100", "a100")) {
                for (Exchange way : List.of(Exchange.GATE_GRADIENTS, Exchange.PARTIAL_SUMS)) {
                    Problem problem = new Problem(RnnConfig.of(cell, hidden, hidden).build(), steps, batch, Mode.TRAINING, Precision.FP16);
                    PassPlan pass = Planner.plan(problem, Gpu.of(GpuModel.of(gpu)),
                            new SequenceDivisions(SequenceOptions.planned().backward(way))).of(Phase.BACKWARD).of(Strategy.C).plan();
                    cells.add(pass == null ? "does not fit" : String.format(Locale.ROOT, "%.2f", MILLI * pass.seconds()));
                }
            }
        }
        return "| " + String.join(" | ", cells) + " |";
    }

    private static String row(int batch, int steps, int hidden) {
        List<String> cells = new ArrayList<>(List.of(batch + " x " + steps + " x " + hidden));
        for (String name : List.of("h100", "a100")) {
            GpuModel gpu = GpuModel.of(name);
            cells.add(String.format(Locale.ROOT, "2 x %.2f, %.2f", floor(gpu, 4, batch, steps, hidden), floor(gpu, 3, batch, steps, hidden)));
            cells.add(estimate(gpu, CellType.LSTM, batch, steps, hidden));
            cells.add(estimate(gpu, CellType.GRU, batch, steps, hidden));
        }
        return "| " + String.join(" | ", cells) + " |";
    }

    /** Of one pass: products with W_hh, or gates twice and three tensors of states. */
    private static double floor(GpuModel gpu, int gates, int batch, int steps, int hidden) {
        double units = (double) batch * steps * hidden;
        double bytes = Float.BYTES * (units * (2 * gates + 3) + (double) gates * hidden * hidden);
        return MILLI * Math.max(2 * units * gates * hidden / (gpu.fp32Tflops() * 1e12), bytes / (gpu.memoryGigabytesPerSecond() * 1e9));
    }

    private static String estimate(GpuModel gpu, CellType cell, int batch, int steps, int hidden) {
        Problem problem = new Problem(RnnConfig.of(cell, hidden, hidden).build(), steps, batch, Mode.TRAINING, Precision.FP32);
        Plan plan = CudaEngine.explain(problem, Gpu.of(gpu));
        List<PassPlan> passes = plan.passes().stream().map(choice -> choice.of(Strategy.C).plan()).toList();
        return passes.contains(null) ? "does not fit" : passes.stream().map(pass -> String.format(Locale.ROOT, "%.2f",
                MILLI * (pass.seconds() - pass.productSeconds()))).collect(Collectors.joining(" + "));
    }
}
