package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.Engines;
import dev.gateloom.Initializer;
import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import dev.gateloom.ptx.KernelCounters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A training step in each precision on the emulator: how close it comes to the reference, and what scales do. */
class EmulatedTrainingTest {
    private static final boolean EXHAUSTIVE = Boolean.getBoolean("gateloom.exhaustive");

    /**
     * A problem with gradients of the given size.
     *
     * @param steps T
     * @param batch B: from 129 on the products of a step are wide ones
     */
    private record Step(RnnConfig config, int steps, int batch, float gradients) {

        /** y, dx and the gradients of all parameters. */
        Map<String, float[]> run(RnnEngine engine) {
            Random random = new Random(3);
            float[] x = normal(random, steps * batch * config.inputSize(), 1);
            float[] dy = normal(random, steps * batch * config.numDirections() * config.hiddenSize(), gradients);
            int[] lengths = new int[batch];
            for (int b = 0; b < batch; b++) {
                lengths[b] = b == 0 ? steps : random.nextInt(steps + 1);
            }
            float[] y = new float[dy.length];
            float[] dx = new float[x.length];
            Map<String, float[]> results = new LinkedHashMap<>();
            try (RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
                    RnnWeights sums = RnnWeights.zeros(config);
                    RnnPlan plan = engine.plan(config, Shape.of(steps, batch), Mode.TRAINING)) {
                plan.forward(weights, x, null, lengths, y, null);
                plan.backward(weights, dy, null, dx, null, sums);
                results.put("y", y);
                results.put("dx", dx);
                sums.names().forEach(name -> results.put(name, sums.get(name)));
            }
            return results;
        }

        private static float[] normal(Random random, int size, float scale) {
            float[] values = new float[size];
            for (int i = 0; i < size; i++) {
                values[i] = (float) random.nextGaussian() * scale;
            }
            return values;
        }
    }

    static Stream<Arguments> steps() {
        return Factor.precisions(80).stream().flatMap(precision -> Stream.of(CellType.LSTM, CellType.GRU, CellType.RNN_TANH)
                .flatMap(cell -> {
                    List<Step> steps = new ArrayList<>();
                    // Wide tiles for what all steps share, thin ones for a step.
                    steps.add(new Step(RnnConfig.of(cell, 40, 37).layers(2).bidirectional(true).build(), EXHAUSTIVE ? 300 : 5, 4, 1));
                    if (EXHAUSTIVE) {
                        steps.add(new Step(RnnConfig.of(cell, 65, 207).build(), 4, 400, 1));
                    }
                    return steps.stream().map(step -> Arguments.of(precision, step));
                }));
    }

    /** By the norm of each tensor's error: 1e-3 for 11 digits and fp32's range, 1e-2 for 16 bits. */
    @ParameterizedTest
    @MethodSource("steps")
    void trainingIsClose(Precision precision, Step step) {
        Map<String, float[]> expected;
        try (RnnEngine reference = Engines.get("reference")) {
            expected = step.run(reference);
        }
        double bound = precision == Precision.TF32 ? 1e-3 : 1e-2;
        try (RnnEngine engine = CudaEngine.owning(Emulator.open(), precision)) {
            step.run(engine).forEach((name, values) -> {
                double error = error(expected.get(name), values);
                assertTrue(error <= bound, () -> name + ": relative error " + error + ", allowed " + bound);
            });
        }
    }

    private static double error(float[] expected, float[] actual) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow((double) actual[i] - expected[i], 2);
            norm += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / norm);
    }

    /** In fp16 the scale of a loss changes no digit, far outside of what fp16 itself has: nobody needs to scale one. */
    @Test
    void gradientsScaleWithTheLoss() {
        RnnConfig config = RnnConfig.lstm(40, 37).layers(2).build();
        try (RnnEngine engine = CudaEngine.owning(Emulator.open(), Precision.FP16)) {
            Map<String, float[]> ones = new Step(config, 5, 4, 1).run(engine);
            for (int exponent : new int[] {-40, 30}) {
                float scale = Math.scalb(1f, exponent);
                new Step(config, 5, 4, scale).run(engine).forEach((name, values) -> {
                    float[] expected = ones.get(name).clone();
                    for (int i = 0; i < expected.length && !name.equals("y"); i++) {
                        expected[i] *= scale;
                    }
                    assertArrayEquals(expected, values, name);
                });
            }
        }
    }

    /** A constant row behind a layer normalisation multiplies gradients by 1/√ε, far beyond what fp16 holds: none becomes a NaN. */
    @Test
    void gradientsThatFp16CannotHoldStayNumbers() {
        RnnConfig config = RnnConfig.lstm(8, 9).layers(2).layerNorm(LayerNorm.STANDARD).layerNormEps(1e-14f).build();
        for (int batch : new int[] {4, 130}) {              // thin and wide products
            try (RnnEngine engine = CudaEngine.owning(Emulator.open(), Precision.FP16)) {
                new Step(config, 2, batch, 1).run(engine).forEach((name, values) -> {
                    for (float value : values) {
                        assertTrue(Float.isFinite(value), () -> name + " has " + value);
                    }
                });
            }
        }
    }

    /** W_hh under a mask is rounded once for a pass, however many steps read it. */
    @Test
    void droppedConnectionsAreRoundedOnce() {
        assertEquals(roundings(2), roundings(7));
    }

    private static long roundings(int steps) {
        EmulatorDevice device = new EmulatorDevice(EmulatorOptions.defaults());
        try (RnnEngine engine = CudaEngine.on(device, Precision.BF16)) {
            new Step(RnnConfig.lstm(5, 6).dropConnect(0.5f).build(), steps, 3, 1).run(engine);
            return device.counters().stream().filter(c -> c.kernel().equals("round_rows_bf16")).mapToLong(KernelCounters::launches)
                    .sum();
        } finally {
            device.close();
        }
    }

    @Test
    void precisionsThatADeviceLacksAreRefused() {
        EmulatorOptions turing = EmulatorOptions.defaults().architecture(75);
        RnnConfig config = RnnConfig.lstm(3, 5).build();
        for (Precision precision : List.of(Precision.TF32, Precision.BF16)) {
            try (RnnEngine engine = CudaEngine.owning(new EmulatorDevice(turing), precision)) {
                String reason = precision + " needs tensor cores of compute capability 8.0 or later, this device has 7.5: use "
                        + "FP16 or FP32";
                assertEquals(reason, engine.unsupported(config, Mode.INFERENCE).orElseThrow());
                assertEquals("engine cuda: " + reason, assertThrows(UnsupportedOperationException.class,
                        () -> engine.plan(config, Shape.of(1, 1), Mode.INFERENCE)).getMessage());
            }
        }
        Step step = new Step(RnnConfig.gru(5, 9).build(), 3, 2, 1);
        try (RnnEngine engine = CudaEngine.owning(new EmulatorDevice(turing), Precision.FP16)) {
            assertTrue(engine.description().endsWith(", fp16"), engine.description());
            assertEquals(step.run(engine).keySet(), step.run(engine).keySet());
        }
    }
}
