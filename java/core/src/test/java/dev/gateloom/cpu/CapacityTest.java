package dev.gateloom.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.EngineOptions;
import dev.gateloom.Engines;
import dev.gateloom.Initializer;
import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shapes so large that an int may overflow. */
@Tag("engine")
class CapacityTest {

    /** Rows times tiles of rows is more than an int holds; each sequence is computed as in a small batch. */
    @ParameterizedTest
    @EnumSource(CellType.class)
    void manySequences(CellType cell) {
        int period = 500;
        int many = 320 * period;
        RnnConfig config = RnnConfig.of(cell, 1, 1).build();
        RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(3));
        float[] x = new float[many];
        for (int b = 0; b < many; b++) {
            x[b] = (b % period) * 0.01f - 2;
        }
        try (RnnEngine engine = Engines.get("cpu-simd", EngineOptions.threads(1))) {
            float[] few = forward(engine, weights, x, period);
            float[] all = forward(engine, weights, x, many);
            for (int b = 0; b < many; b += period) {
                assertArrayEquals(few, Arrays.copyOfRange(all, b, b + period), "from sequence " + b);
            }
        }
    }

    private static float[] forward(RnnEngine engine, RnnWeights weights, float[] x, int batch) {
        float[] y = new float[batch];
        try (RnnPlan plan = engine.plan(weights.config(), Shape.of(1, batch), Mode.INFERENCE)) {
            plan.forward(weights, x, null, null, y, null);
        }
        return y;
    }

    /** Refused with a reason before memory is taken: these plans would need hundreds of gigabytes. */
    @ParameterizedTest
    @ValueSource(strings = {"cpu-simd", "cpu-scalar"})
    void tooLargeShapesAreRefused(String engine) {
        RnnConfig lstm = RnnConfig.lstm(0, 1000).build();
        RnnConfig general = lstm.toBuilder().peephole(true).build();
        RnnConfig normalised = lstm.toBuilder().layerNorm(LayerNorm.STANDARD).build();
        RnnConfig gru = RnnConfig.gru(1, 20_000).build();
        try (RnnEngine cpu = Engines.get(engine, EngineOptions.threads(1))) {
            refused(cpu, lstm, Shape.of(1500, 1000), Mode.TRAINING);
            refused(cpu, general, Shape.of(1500, 1000), Mode.TRAINING);
            refused(cpu, normalised, Shape.of(1, 200_000), Mode.TRAINING);
            refused(cpu, lstm, Shape.of(2200, 1000), Mode.INFERENCE);
            refused(cpu, general, Shape.of(1, 600_000), Mode.INFERENCE);
            refused(cpu, gru, Shape.of(1, 60_000), Mode.INFERENCE);
        }
    }

    private static void refused(RnnEngine engine, RnnConfig config, Shape shape, Mode mode) {
        String message = assertThrows(IllegalArgumentException.class, () -> engine.plan(config, shape, mode)).getMessage();
        assertTrue(message.matches("(shape|[xy]): expected at most .*, got .*"), message);
    }
}
