package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
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
    private static final int STEPS = EXHAUSTIVE ? 100 : 5;
    private static final EmulatorOptions SIXTEEN = EmulatorOptions.defaults().multiprocessors(16);
    /** By the norm of all that a training step gives, as in {@link EmulatedTrainingTest}. */
    static final double BOUND = 1e-2;

    static Stream<Arguments> kinds() {
        return Stream.of(CellType.LSTM, CellType.GRU, CellType.RNN_TANH).flatMap(cell -> Stream.of(Strategy.A, Strategy.B, Strategy.C)
                .filter(strategy -> cell != CellType.RNN_TANH || strategy == Strategy.A).flatMap(strategy -> Stream.of(Precision.BF16, Precision.FP16)
                        .filter(precision -> EXHAUSTIVE || (cell == CellType.LSTM) == (precision == Precision.FP16))
                        .map(precision -> Arguments.of(cell, strategy, precision))));
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
        for (int multiprocessors : StrategyTest.multiprocessors(strategy)) {
            EmulatorDevice device = new EmulatorDevice(StrategyTest.options(strategy).multiprocessors(multiprocessors).seed(3).perturbed(true));
            try (CudaEngine engine = CudaEngine.owning(device, precision, StrategyTest.gathering(strategy))) {
                double error = error(expected, TrainingRun.train(engine, config, STEPS, 18, true));
                assertTrue(error <= BOUND, () -> "relative error " + error + " on " + multiprocessors + " multiprocessors");
                assertEquals(strategies(cell, strategy, precision),
                        StrategyTest.launched(device).stream().filter(name -> name.contains("_sequence_")).toList());
            }
        }
    }

    static Stream<Arguments> longKinds() {
        return kinds().filter(kind -> EXHAUSTIVE || kind.get()[1] == Strategy.C);
    }

    /** As in fp32, see {@link StrategyTest}. */
    @ParameterizedTest
    @MethodSource("longKinds")
    void groupsStayInStepForLong(CellType cell, Strategy strategy, Precision precision) {
        RnnConfig config = RnnConfig.of(cell, 3, 14).build();
        float[] expected;
        try (RnnEngine reference = Engines.get("reference")) {
            expected = TrainingRun.train(reference, config, StrategyTest.LONG, 18, true);
        }
        EmulatorDevice device = new EmulatorDevice(StrategyTest.options(strategy).seed(3).perturbed(true));
        try (CudaEngine engine = CudaEngine.owning(device, precision, StrategyTest.gathering(strategy).tiles(8, 8, 2))) {
            double error = error(expected, TrainingRun.train(engine, config, StrategyTest.LONG, 18, true));
            assertTrue(error <= BOUND, () -> "relative error " + error);
            StrategyTest.assertBlocks(device, strategy, 8);
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
        StrategyTest.assertEveryScheduleGivesTheSameBits(cell, strategy, precision, 20);
    }

    /** In fp16 the scale of a loss changes no digit here, either. */
    @ParameterizedTest
    @EnumSource(value = Strategy.class, names = {"A", "B", "C"})
    void gradientsScaleWithTheLoss(Strategy strategy) {
        RnnConfig config = RnnConfig.lstm(5, 20).build();
        try (CudaEngine engine = CudaEngine.owning(new EmulatorDevice(StrategyTest.options(strategy)), Precision.FP16,
                StrategyTest.gathering(strategy))) {
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
