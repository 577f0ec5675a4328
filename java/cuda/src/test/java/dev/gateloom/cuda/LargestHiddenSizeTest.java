package dev.gateloom.cuda;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.cuda.planner.Exchange;
import dev.gateloom.cuda.planner.Gpu;
import dev.gateloom.cuda.planner.Phase;
import dev.gateloom.cuda.planner.Problem;
import dev.gateloom.device.GpuModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** The largest H that the kernels hold, on each GPU, stands in KERNELS.md. */
class LargestHiddenSizeTest {
    private static final String FP32 = "| GPU | shared memory of a block | A: LSTM, GRU, RNN (training) | B: LSTM forward, backward; GRU "
            + "| C: LSTM forward, backward; GRU |";
    private static final String SIXTEEN_BITS = "| GPU | A: LSTM, GRU, RNN (training) | B: LSTM forward, backward; GRU "
            + "| C: LSTM forward, backward (by partial sums); GRU |";
    private static final Map<String, String> NAMES = Map.of("t4", "T4", "rtx4090", "RTX 4090", "a100", "A100", "h100", "H100", "b200", "B200");
    private static final List<String> GPUS = List.of("t4", "rtx4090", "a100", "h100", "b200");
    private static final int MORE_THAN_FITS = 2560;
    private static final int CLUSTERS_SINCE = 90;
    private static final int STRIDE = 16;
    private static final int BATCH = 64;

    @Test
    void inSinglePrecision() {
        List<String> rows = new ArrayList<>();
        for (String name : GPUS) {
            Gpu gpu = Gpu.of(GpuModel.of(name));
            rows.add(KernelsDocument.row(List.of(NAMES.get(name), (gpu.sharedPerBlock() >> 10) + " KiB", alone(gpu, Precision.FP32),
                    shared(gpu, Strategy.B, Precision.FP32), shared(gpu, Strategy.C, Precision.FP32))));
        }
        KernelsDocument.assertTable(FP32, rows);
    }

    @Test
    void inSixteenBits() {
        List<String> rows = new ArrayList<>();
        for (String name : GPUS) {
            Gpu gpu = Gpu.of(GpuModel.of(name));
            rows.add(KernelsDocument.row(List.of(NAMES.get(name), alone(gpu, Precision.FP16), shared(gpu, Strategy.B, Precision.FP16),
                    shared(gpu, Strategy.C, Precision.FP16))));
        }
        KernelsDocument.assertTable(SIXTEEN_BITS, rows);
    }

    /** Forward and backward. */
    private static String alone(Gpu gpu, Precision precision) {
        return String.join(", ", List.of(CellType.LSTM, CellType.GRU, CellType.RNN_TANH).stream().map(cell -> Integer.toString(Math.min(
                largest(gpu, Strategy.A, cell, precision, Phase.FORWARD, null),
                largest(gpu, Strategy.A, cell, precision, Phase.BACKWARD, null)))).toList());
    }

    private static String shared(Gpu gpu, Strategy strategy, Precision precision) {
        if (gpu.architecture() < CLUSTERS_SINCE && strategy == Strategy.B) {
            return "";
        }
        List<String> cells = new ArrayList<>();
        for (CellType cell : List.of(CellType.LSTM, CellType.GRU)) {
            int forward = largest(gpu, strategy, cell, precision, Phase.FORWARD, null);
            int gathered = largest(gpu, strategy, cell, precision, Phase.BACKWARD, Exchange.GATE_GRADIENTS);
            cells.add(forward + ", " + gathered + (strategy == Strategy.C && precision != Precision.FP32
                    ? " (" + largest(gpu, strategy, cell, precision, Phase.BACKWARD, Exchange.PARTIAL_SUMS) + ")" : ""));
        }
        return String.join("; ", cells);
    }

    /** By large strides, then one by one. */
    private static int largest(Gpu gpu, Strategy strategy, CellType cell, Precision precision, Phase phase, Exchange back) {
        SequenceDivisions divisions = new SequenceDivisions(SequenceOptions.planned().backward(back));
        IntPredicate fits = hidden -> divisions.assess(new Problem(RnnConfig.of(cell, hidden, hidden).build(), 1, BATCH, Mode.TRAINING,
                precision), gpu, strategy, phase).orElseThrow().plan() != null;
        int hidden = MORE_THAN_FITS;
        while (!fits.test(hidden)) {
            hidden -= STRIDE;
        }
        while (fits.test(hidden + 1)) {
            hidden++;
        }
        return hidden;
    }
}
