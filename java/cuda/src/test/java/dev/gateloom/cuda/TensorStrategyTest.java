package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.Engines;
import dev.gateloom.Initializer;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.cuda.planner.Exchange;
import dev.gateloom.device.DeviceException;
import dev.gateloom.kernels.Kernels;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import dev.gateloom.ptx.KernelCounters;
import dev.gateloom.ptx.mutation.Mutant;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What strategies A, B and C do in 16 bits, and where they cannot. */
class TensorStrategyTest {
    private static final boolean EXHAUSTIVE = Boolean.getBoolean("gateloom.exhaustive");
    private static final long SCHEDULES = EXHAUSTIVE ? 20 : 2;
    private static final int STEPS = EXHAUSTIVE ? 300 : 5;
    private static final int[] MULTIPROCESSORS = EXHAUSTIVE ? new int[] {1, 2, 16, 114, 132} : new int[] {1, 16};
    private static final EmulatorOptions SIXTEEN = EmulatorOptions.defaults().multiprocessors(16);
    /** By the norm of all that a training step gives, as in {@link EmulatedTrainingTest}. */
    static final double BOUND = 1e-2;

    static Stream<Arguments> kinds() {
        return Stream.of(CellType.LSTM, CellType.GRU, CellType.RNN_TANH).flatMap(cell -> Stream.of(Strategy.A, Strategy.B, Strategy.C)
                .filter(strategy -> cell != CellType.RNN_TANH || strategy == Strategy.A).flatMap(strategy -> Stream.of(Precision.BF16, Precision.FP16)
                        .filter(precision -> EXHAUSTIVE || (cell == CellType.LSTM) == (precision == Precision.FP16))
                        .map(precision -> Arguments.of(cell, strategy, precision))));
    }

    /** {@link PartialSumsTest} has the other way back. */
    private static SequenceOptions gathering(Strategy strategy) {
        return SequenceOptions.of(strategy).backward(Exchange.GATE_GRADIENTS);
    }

    private static List<String> strategies(CellType cell, Strategy strategy, Precision precision) {
        String suffix = (strategy == Strategy.B ? "_cluster_" : "_") + precision.name().toLowerCase();
        String name = cell.name().toLowerCase().replace("_tanh", "") + "_sequence_";
        return List.of(name + "forward" + suffix, name + "backward" + suffix);
    }

    /** Both directions of two layers, ragged, on few and many multiprocessors. */
    @ParameterizedTest
    @MethodSource("kinds")
    void trainingIsClose(CellType cell, Strategy strategy, Precision precision) {
        RnnConfig config = RnnConfig.of(cell, 3, 37).bidirectional(true).layers(2).build();
        float[] expected;
        try (RnnEngine reference = Engines.get("reference")) {
            expected = TrainingRun.train(reference, config, STEPS, 18, true);
        }
        for (int multiprocessors : strategy == Strategy.B ? new int[] {16} : MULTIPROCESSORS) {
            EmulatorDevice device = new EmulatorDevice(StrategyTest.options(strategy).multiprocessors(multiprocessors).seed(3).perturbed(true));
            try (CudaEngine engine = CudaEngine.owning(device, precision, gathering(strategy))) {
                double error = error(expected, TrainingRun.train(engine, config, STEPS, 18, true));
                assertTrue(error <= BOUND, () -> "relative error " + error + " on " + multiprocessors + " multiprocessors");
                assertEquals(strategies(cell, strategy, precision),
                        StrategyTest.launched(device).stream().filter(name -> name.contains("_sequence_")).toList());
            }
        }
    }

    static double error(float[] expected, float[] actual) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow((double) actual[i] - expected[i], 2);
            norm += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / norm);
    }

    /** No schedule changes a bit, nor does a second run. */
    @ParameterizedTest
    @MethodSource("kinds")
    void everyScheduleGivesTheSameBits(CellType cell, Strategy strategy, Precision precision) {
        RnnConfig config = RnnConfig.of(cell, 3, 20).build();
        float[] first = null;
        for (long seed = 1; seed <= SCHEDULES; seed++) {
            try (CudaEngine engine = CudaEngine.owning(new EmulatorDevice(StrategyTest.options(strategy).seed(seed)
                    .quantum(seed % 2 == 0 ? 8 : 64)), precision, gathering(strategy))) {
                for (int n = 0; n < 2; n++) {
                    float[] result = TrainingRun.train(engine, config, 6, 9, true);
                    first = first == null ? result : first;
                    assertArrayEquals(first, result, "schedule " + seed);
                }
            }
        }
    }

    static Stream<Arguments> sharing() {
        return Stream.of(CellType.LSTM, CellType.GRU).flatMap(cell -> Stream.of(Strategy.B, Strategy.C)
                .map(strategy -> Arguments.of(cell, strategy)));
    }

    /**
     * 4 blocks in each of 2 groups, or 2 clusters: W_hh comes once for each of them, what is handed over has 16 bits, and all else
     * comes and goes once.
     */
    @ParameterizedTest
    @MethodSource("sharing")
    void memoryIsReadOnce(CellType cell, Strategy strategy) {
        Precision precision = Precision.FP16;
        int t = 60;
        int b = 16;
        int h = 32;
        int gates = cell.gates();
        RnnConfig config = RnnConfig.of(cell, 4, h).build();
        EmulatorDevice device = new EmulatorDevice(StrategyTest.options(strategy).checkRaces(false));
        device.countDistinct();
        SequenceOptions options = gathering(strategy);
        try (CudaEngine engine = CudaEngine.owning(device, precision, strategy == Strategy.C ? options.tiles(8, 8, 2) : options)) {
            TrainingRun.train(engine, config, t, b, false);
        }
        long states = (long) t * b * h * Float.BYTES;
        List<String> names = strategies(cell, strategy, precision);
        KernelCounters forward = SequenceTrafficTest.counters(device, names.get(0));
        KernelCounters backward = SequenceTrafficTest.counters(device, names.get(1));
        String handed = "what blocks hand over";
        for (KernelCounters pass : List.of(forward, backward)) {
            long values = pass == forward ? 1 : gates;
            assertEquals(strategy == Strategy.C ? 8 : 16, pass.launch().gridX());
            long parameters = pass.traffic("weights in 16 bits of " + config).read();
            long weights = 2L * gates * h * h * Short.BYTES;                         // once for each group
            assertTrue(parameters >= weights && parameters <= 1.05 * weights, () -> "W_hh: " + parameters + " of " + weights);
            assertTrue(pass.sharedConflicts() <= 0.1 * pass.sharedPasses(),
                    () -> pass.sharedConflicts() + " conflicts in " + pass.sharedPasses() + " passes");
            if (strategy == Strategy.C) {
                SequenceTrafficTest.once("handed over", values * states / 2, pass.traffic(handed).written());
                SequenceTrafficTest.once("gathered", values * 4 * states / 2 * (t - 1) / t, pass.traffic(handed).read());
            }
        }
        SequenceTrafficTest.once("gates", gates * states, forward.traffic("gates [T, B, G·H]").read());
        SequenceTrafficTest.once("kept gates", gates * states, forward.traffic("gates [T, B, G·H]").written());
        SequenceTrafficTest.once("h", states, forward.traffic("h [T+1, B, R]").written());
        assertTrue(forward.traffic("h [T+1, B, R]").read() <= 0.2 * states, "each block takes the initial h");
        SequenceTrafficTest.once("y", states, forward.traffic("output of a layer [T, B, D·R]").written());
        SequenceTrafficTest.once("dy", states, backward.traffic("gradient of rows").read());
        SequenceTrafficTest.once("gates back", gates * states, backward.traffic("gates [T, B, G·H]").read());
        SequenceTrafficTest.once("gradients", gates * states, backward.traffic("gates [T, B, G·H]").written());
    }

    /** In fp16 the scale of a loss changes no digit here, either. */
    @ParameterizedTest
    @EnumSource(value = Strategy.class, names = {"A", "B", "C"})
    void gradientsScaleWithTheLoss(Strategy strategy) {
        RnnConfig config = RnnConfig.lstm(5, 20).build();
        try (CudaEngine engine = CudaEngine.owning(new EmulatorDevice(StrategyTest.options(strategy)), Precision.FP16,
                gathering(strategy))) {
            float[] ones = gradient(engine, config, 1);
            for (int exponent : new int[] {-40, 30}) {
                float scale = Math.scalb(1f, exponent);
                float[] expected = ones.clone();
                for (int i = 0; i < expected.length; i++) {
                    expected[i] *= scale;
                }
                assertArrayEquals(expected, gradient(engine, config, scale), "2^" + exponent);
            }
        }
    }

    private static float[] gradient(CudaEngine engine, RnnConfig config, float scale) {
        int steps = 5;
        int batch = 3;
        float[] x = new float[steps * batch * config.inputSize()];
        float[] dy = new float[steps * batch * config.hiddenSize()];
        for (int i = 0; i < dy.length; i++) {
            x[i % x.length] = (float) Math.sin(i);
            dy[i] = (float) Math.cos(i) * scale;
        }
        try (CudaPlan plan = engine.plan(config, Shape.of(steps, batch), Mode.TRAINING);
                RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
                RnnWeights gradients = RnnWeights.zeros(config)) {
            plan.forward(weights, x, null, null, new float[dy.length], null);
            plan.backward(weights, dy, null, null, null, gradients);
            return gradients.data().clone();
        }
    }

    /** Blocks that no peer will ever tell anything give up. */
    @ParameterizedTest
    @EnumSource(value = CellType.class, names = {"LSTM", "GRU"})
    void aWaitInVainEndsInAnException(CellType cell) {
        String program = Programs.sequence(cell, Precision.FP16).name();
        String ptx = new String(Kernels.program(program).ptx(SIXTEEN.architecture()), StandardCharsets.UTF_8);
        String arrival = "red.release.gpu.global.add.u32";
        assertTrue(ptx.contains(arrival));
        Mutant silent = new Mutant(strategies(cell, Strategy.C, Precision.FP16).get(0), "", "", ptx.replaceAll(arrival + "[^;]*;", ""));
        MutantDevice device = new MutantDevice(SIXTEEN.checkInitialised(false), program, silent);
        RnnConfig config = RnnConfig.of(cell, 3, 20).build();
        try (RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
                CudaEngine engine = CudaEngine.on(device, Precision.FP16, SequenceOptions.of(Strategy.C).polls(500));
                CudaPlan plan = engine.plan(config, Shape.of(4, 9), Mode.INFERENCE)) {
            DeviceException e = assertThrows(DeviceException.class,
                    () -> plan.forward(weights, new float[4 * 9 * 3], null, null, new float[4 * 9 * 20], null));
            assertEquals(702, e.code(), e::getMessage);
        }
        device.close();
    }

    @Test
    void fallsBackToStepsAndSaysWhy() {
        List<String> explanations = new ArrayList<>();
        for (int architecture : new int[] {80, 90}) {
            EmulatorDevice device = new EmulatorDevice(EmulatorOptions.defaults().architecture(architecture));
            for (Precision precision : List.of(Precision.TF32, Precision.BF16)) {
                try (CudaEngine engine = CudaEngine.on(device, Strategy.B, precision);
                        CudaPlan plan = engine.plan(RnnConfig.lstm(2, precision == Precision.BF16 ? 900 : 5).build(), Shape.of(1, 1),
                                Mode.INFERENCE)) {
                    explanations.add(plan.strategy());
                }
            }
            device.close();
        }
        String start = "forward: strategy D, not B: ";
        assertEquals(List.of(start + "sm_80 has no clusters", start + "sm_80 has no clusters", start + "not implemented yet",
                start + "does not fit: " + SequenceKernel.LSTM_FORWARD.in(Strategy.B, Precision.BF16).sharedBytes(900, 8, 120, 1)
                + " bytes needed in each of 8 blocks, 232448 there"),
                explanations.stream().map(line -> line.replaceFirst("(not implemented yet).*", "$1")).toList());
    }
}
