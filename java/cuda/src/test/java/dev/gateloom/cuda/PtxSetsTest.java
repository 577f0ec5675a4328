package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.Engines;
import dev.gateloom.Initializer;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnState;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.kernels.KernelReport;
import dev.gateloom.kernels.Kernels;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The PTX for each architecture trains a stack of layers like the reference, in every strategy that it has, on the emulator with all its
 * checks: in fp32, and what shares W_hh among blocks in fp16 too, of clusters a sample. Exhaustively all cells in all of 16 bits.
 */
class PtxSetsTest {
    private static final boolean EXHAUSTIVE = Boolean.getBoolean("gateloom.exhaustive");
    private static final int CLUSTERS_SINCE = 90;
    private static final int BF16_SINCE = 80;
    private static final int STEPS = 6;
    private static final int BATCH = 5;
    private static final int[] LENGTHS = {6, 0, 3, 5, 1};

    static List<Integer> architectures() {
        return Kernels.report().stream().map(KernelReport::architecture).distinct().sorted()
                .filter(a -> Kernels.names().stream().allMatch(name -> Kernels.program(name).ptx(a) != null)).toList();
    }

    static Stream<Arguments> problems() {
        return architectures().stream().flatMap(a -> Stream.concat(Stream.of(Precision.FP32, Precision.FP16, Precision.BF16)
                .filter(precision -> precision != Precision.BF16 || EXHAUSTIVE && a >= BF16_SINCE)
                .flatMap(precision -> Stream.of(Strategy.values()).filter(s -> s != Strategy.B || a >= CLUSTERS_SINCE)
                        .filter(s -> EXHAUSTIVE || precision == Precision.FP32 || s == Strategy.B || s == Strategy.C)
                        .flatMap(s -> Stream.of(CellType.LSTM, CellType.GRU)
                                .filter(cell -> EXHAUSTIVE || s != Strategy.B || (cell == CellType.LSTM) == (precision == Precision.FP32))
                                .map(cell -> Arguments.of(a, cell, s, precision)))),
                Stream.of(Arguments.of(a, CellType.RNN_TANH, Strategy.A, Precision.FP32))));
    }

    /** Of a tensor's norm. */
    private static double tolerance(Precision precision) {
        return precision == Precision.FP32 ? 1e-5 : 1e-2;
    }

    @Test
    void thereIsPtxForSeveralArchitectures() {
        assertTrue(architectures().size() > 1, () -> "PTX for " + architectures());
        assertFalse(Kernels.names().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("problems")
    void trainsLikeTheReference(int architecture, CellType cell, Strategy strategy, Precision precision) {
        RnnConfig config = RnnConfig.of(cell, 7, 19).layers(2).bidirectional(true).build();
        EmulatorOptions options = EmulatorOptions.defaults().architecture(architecture).seed(architecture).perturbed(true);
        try (RnnEngine emulated = CudaEngine.owning(new EmulatorDevice(options), strategy, precision);
                RnnEngine reference = Engines.get("reference")) {
            Map<String, float[]> expected = train(reference, config);
            train(emulated, config).forEach((name, values) -> {
                double error = distance(values, expected.get(name)) / distance(expected.get(name), new float[values.length]);
                assertTrue(error <= tolerance(precision), () -> name + " for compute_" + architecture + ": " + error);
            });
        }
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }

    /** One forward and its backward with everything that can be given and wanted. */
    private static Map<String, float[]> train(RnnEngine engine, RnnConfig config) {
        Random random = new Random(config.cell().ordinal());
        int width = config.numDirections() * config.hiddenSize();
        RnnState first = state(config, random);
        RnnState last = RnnState.zeros(config, BATCH);
        RnnState dLast = state(config, random);
        RnnState dFirst = RnnState.zeros(config, BATCH);
        float[] x = values(STEPS * BATCH * config.inputSize(), random);
        float[] dy = values(STEPS * BATCH * width, random);
        float[] y = new float[dy.length];
        float[] dx = new float[x.length];
        RnnWeights gradients = RnnWeights.zeros(config);
        try (RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
                RnnPlan plan = engine.plan(config, Shape.of(STEPS, BATCH), Mode.TRAINING)) {
            plan.forward(weights, x, first, LENGTHS, y, last);
            plan.backward(weights, dy, dLast, dx, dFirst, gradients);
        }
        Map<String, float[]> results = new LinkedHashMap<>(Map.of("y", y, "hN", last.h(), "dx", dx, "dh0", dFirst.h(),
                "gradients", gradients.data()));
        if (config.cell() == CellType.LSTM) {
            results.put("cN", last.c());
            results.put("dc0", dFirst.c());
        }
        return results;
    }

    private static RnnState state(RnnConfig config, Random random) {
        RnnState state = RnnState.zeros(config, BATCH);
        System.arraycopy(values(state.h().length, random), 0, state.h(), 0, state.h().length);
        if (config.cell() == CellType.LSTM) {
            System.arraycopy(values(state.c().length, random), 0, state.c(), 0, state.c().length);
        }
        return state;
    }

    private static float[] values(int count, Random random) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        return values;
    }
}
