package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.EngineOptions;
import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OperationsTest {
    private static final float GUARD = 1234.5f;

    /** Sizes around the unrolling by four and the block of columns, at offsets, with and without adding. */
    @Test
    void gemmAgreesWithItsDefinition() {
        SplittableRandom random = new SplittableRandom(3);
        int[][] sizes = {{1, 1, 1}, {2, 3, 4}, {5, 7, 9}, {3, 1, 33}, {31, 32, 33}, {2, 1025, 5}, {65, 17, 0},
            {70, 130, 150}, {3, 2000, 40}};
        for (String engine : new String[] {"reference", "cpu-scalar", "cpu"}) {
            try (RnnEngine of = Engines.get(engine)) {
                for (int[] size : sizes) {
                    for (int flags = 0; flags < 8; flags++) {
                        gemm(Operations.of(of), random, size[0], size[1], size[2], (flags & 1) > 0, (flags & 2) > 0,
                                (flags & 4) > 0);
                    }
                }
            }
        }
    }

    @Test
    void gemmHasTheSameBitsOnAnyNumberOfThreads() {
        SplittableRandom random = new SplittableRandom(4);
        for (int[] size : new int[][] {{70, 130, 150}, {3, 2000, 40}, {1, 5000, 64}}) {
            int m = size[0];
            int n = size[1];
            int k = size[2];
            Tensor a = Gradients.random(random, m * k);
            Tensor b = Gradients.random(random, k * n);
            float[] one = null;
            for (int threads = 1; threads <= 3; threads++) {
                try (RnnEngine engine = Engines.get("cpu", EngineOptions.threads(threads))) {
                    Tensor c = new Tensor(m * n).fill(GUARD);
                    Operations.of(engine).gemm(false, true, m, n, k, a, 0, b, 0, false, c, 0);
                    one = one == null ? c.values() : one;
                    assertArrayEquals(one, c.values());
                }
            }
        }
    }

    private static void gemm(Operations ops, SplittableRandom random, int m, int n, int k, boolean ta, boolean tb,
            boolean add) {
        int ao = 3;
        int bo = 5;
        int co = 7;
        Tensor a = Gradients.random(random, ao + m * k);
        Tensor b = Gradients.random(random, bo + n * k);
        Tensor c = Gradients.random(random, co + m * n + 4);
        Arrays.fill(c.values(), 0, co, GUARD);
        Arrays.fill(c.values(), co + m * n, c.size(), GUARD);
        float[] before = c.values().clone();
        ops.gemm(ta, tb, m, n, k, a, ao, b, bo, add, c, co);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = add ? before[co + i * n + j] : 0;
                for (int l = 0; l < k; l++) {
                    double left = a.values()[ao + (ta ? l * m + i : i * k + l)];
                    sum += left * b.values()[bo + (tb ? j * k + l : l * n + j)];
                }
                // k roundings of sums below k, each half a unit in the last place
                assertEquals(sum, c.values()[co + i * n + j], (k + 1) * (k + 1) * 0x1p-24, m + "×" + n + "×" + k);
            }
        }
        for (int i = 0; i < c.size(); i++) {
            assertTrue(i >= co && i < co + m * n || c.values()[i] == GUARD, "written outside");
        }
    }

    @Test
    void dropoutKeepsTheMeanAndSharesOverSteps() {
        Operations ops = Operations.of(null);
        Tensor x = new Tensor(200, 5, 40).fill(1);
        Tensor y = new Tensor().like(x);
        ops.dropout(x, 0.3f, 9, 5, 40, y);
        double mean = 0;
        for (int b = 0; b < 200; b++) {
            for (int f = 0; f < 40; f++) {
                float first = y.values()[y.index(b, 0, f)];
                assertTrue(first == 0 || first == 1 / 0.7f);
                mean += first / 8000;
                for (int t = 1; t < 5; t++) {
                    assertEquals(first, y.values()[y.index(b, t, f)]);
                }
            }
        }
        assertEquals(1, mean, 0.03, "four deviations: sqrt(0.3/0.7/8000) = 0.007");
    }

    @Test
    void layerNormHasMeanZeroAndVarianceOne() {
        Tensor x = Tensor.of(new float[] {1, 2, 3, 6}, 1, 4);
        LayerNorm norm = Plain.built(new LayerNorm(1e-9), 4);
        float[] y = Plain.values(Plain.forward(norm, x));
        float s = (float) Math.sqrt((4 + 1 + 0 + 9) / 4.0);
        assertArrayEquals(new float[] {-2 / s, -1 / s, 0, 3 / s}, y, 1e-6f);
    }

    @Test
    void idsAreChecked() {
        Embedding embedding = Plain.built(new Embedding(3, 2), 2);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> Plain.forward(embedding, Tensor.of(new float[] {0, 3}, 1, 2)));
        assertEquals("x[1]: expected a whole number from 0 to 2, got 3.0", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Plain.forward(embedding, Tensor.of(new float[] {0, 0.5f}, 1, 2)));
    }
}
