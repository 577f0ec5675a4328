package dev.gateloom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class InitializerTest {

    @Test
    void pytorchIsUniformWithinItsBound() {
        RnnWeights w = RnnWeights.init(RnnConfig.lstm(50, 64).layers(2).build(), Initializer.pytorch(1));
        double bound = 1.0 / 8;
        for (Parameter p : w.parameters()) {
            double[] m = moments(w.get(p.name()));
            assertTrue(m[2] <= bound, p.name() + ": largest magnitude " + m[2]);
            assertTrue(m[2] > 0.95 * bound, p.name() + ": fills the interval, largest magnitude " + m[2]);
            // Five standard errors of a uniform variable's mean and variance.
            assertEquals(0, m[0], 5 * bound / Math.sqrt(3.0 * p.size()), p.name() + ": mean");
            double variance = bound * bound / 3;
            assertEquals(variance, m[1], 5 * variance * Math.sqrt(0.8 / p.size()), p.name() + ": variance");
        }
    }

    @Test
    void parametersAreDrawnIndependently() {
        RnnWeights w = RnnWeights.init(RnnConfig.gru(8, 8).layers(2).bidirectional(true).build(),
                Initializer.pytorch(1));
        for (String a : w.names()) {
            for (String b : w.names()) {
                if (!a.equals(b) && w.get(a).length == w.get(b).length) {
                    assertFalse(Arrays.equals(w.get(a), w.get(b)), a + " and " + b);
                }
            }
        }
    }

    @Test
    void theSeedDecides() {
        RnnConfig config = RnnConfig.lstm(5, 7).layerNorm(LayerNorm.STANDARD).build();
        float[] one = RnnWeights.init(config, Initializer.pytorch(1)).data();
        assertArrayEquals(one, RnnWeights.init(config, Initializer.pytorch(1)).data());
        assertFalse(Arrays.equals(one, RnnWeights.init(config, Initializer.pytorch(2)).data()));
        float[] keras = RnnWeights.init(config, Initializer.keras(1)).data();
        assertArrayEquals(keras, RnnWeights.init(config, Initializer.keras(1)).data());
        assertFalse(Arrays.equals(keras, RnnWeights.init(config, Initializer.keras(1L << 32 | 1)).data()));
    }

    /** {@code W_hh [G·H, H]} is the transpose of Keras's [H, G·H], whose rows are orthonormal. */
    @Test
    void kerasIsOrthogonalInTheRecurrence() {
        RnnWeights w = RnnWeights.init(RnnConfig.lstm(6, 33).build(), Initializer.keras(3));
        assertOrthonormalColumns(w.get("weight_hh_l0"), 132, 33);
        assertOrthonormalColumns(RnnWeights.init(RnnConfig.of(CellType.RNN_TANH, 6, 20).build(), Initializer.keras(3))
                .get("weight_hh_l0"), 20, 20);
    }

    @Test
    void kerasIsGlorotUniformInTheInput() {
        RnnWeights w = RnnWeights.init(RnnConfig.gru(40, 32).build(), Initializer.keras(3));
        double bound = Math.sqrt(6.0 / (40 + 96));
        double[] m = moments(w.get("weight_ih_l0"));
        assertTrue(m[2] <= bound && m[2] > 0.99 * bound, "largest magnitude " + m[2]);
        assertEquals(bound * bound / 3, m[1], 0.05 * bound * bound / 3);
        assertArrayEquals(new float[96], w.get("bias_ih_l0"));
        assertArrayEquals(new float[96], w.get("bias_hh_l0"));
    }

    @Test
    void forgetBiasGoesIntoOneOfTheTwo() {
        RnnWeights w = RnnWeights.init(RnnConfig.lstm(2, 2).build(), Initializer.keras(1));
        assertArrayEquals(new float[] {0, 0, 1, 1, 0, 0, 0, 0}, w.get("bias_ih_l0"));
        assertArrayEquals(new float[8], w.get("bias_hh_l0"));
        RnnConfig norm = RnnConfig.lstm(2, 2).layerNorm(LayerNorm.STANDARD).build();
        assertArrayEquals(new float[] {0, 0, 1, 1, 0, 0, 0, 0},
                RnnWeights.init(norm, Initializer.keras(1)).get("bias_l0"));
        float[] plain = RnnWeights.init(RnnConfig.lstm(2, 2).build(), Initializer.pytorch(1)).get("bias_ih_l0");
        float[] changed = RnnWeights.init(RnnConfig.lstm(2, 2).build(), Initializer.pytorch(1).forgetBias(2))
                .get("bias_ih_l0");
        plain[2] = 2;
        plain[3] = 2;
        assertArrayEquals(plain, changed, "only the forget gate's part");
    }

    @Test
    void aGruHasNoForgetBias() {
        RnnConfig config = RnnConfig.gru(2, 2).build();
        assertArrayEquals(RnnWeights.init(config, Initializer.pytorch(1)).data(),
                RnnWeights.init(config, Initializer.pytorch(1).forgetBias(1)).data());
    }

    @Test
    void normalisationsStartAsIdentity() {
        RnnConfig config = RnnConfig.lstm(2, 3).layerNorm(LayerNorm.CARRY_NORMALIZED).build();
        for (Initializer initializer : new Initializer[] {Initializer.pytorch(1), Initializer.keras(1)}) {
            RnnWeights w = RnnWeights.init(config, initializer);
            for (String name : w.names()) {
                if (name.startsWith("ln_")) {
                    float[] expected = new float[w.get(name).length];
                    Arrays.fill(expected, name.startsWith("ln_gamma") ? 1f : 0f);
                    assertArrayEquals(expected, w.get(name), name);
                }
            }
        }
    }

    private static void assertOrthonormalColumns(float[] w, int rows, int columns) {
        for (int a = 0; a < columns; a++) {
            for (int b = 0; b <= a; b++) {
                double dot = 0;
                for (int r = 0; r < rows; r++) {
                    dot += (double) w[r * columns + a] * w[r * columns + b];
                }
                assertEquals(a == b ? 1 : 0, dot, 1e-6, "columns " + a + " and " + b);     // rounding to float
            }
        }
    }

    /** Mean, variance, largest magnitude. */
    private static double[] moments(float[] values) {
        double sum = 0;
        double squares = 0;
        double largest = 0;
        for (float v : values) {
            sum += v;
            squares += (double) v * v;
            largest = Math.max(largest, Math.abs(v));
        }
        double mean = sum / values.length;
        return new double[] {mean, squares / values.length - mean * mean, largest};
    }
}
