package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DenseTest {

    @Test
    void multipliesByTheWeightsAndAddsTheBias() {
        Dense dense = new Dense(2, 3, 1);
        System.arraycopy(new float[] {1, 2, 3, 4, 5, 6}, 0, dense.parameters().get(0).values(), 0, 6);
        System.arraycopy(new float[] {10, 20, 30}, 0, dense.parameters().get(1).values(), 0, 3);
        Tensor x = new Tensor(1, 2, 2);
        System.arraycopy(new float[] {1, 0, -1, 2}, 0, x.values(), 0, 4);
        Tensor y = new Tensor();
        dense.forward(x, y, false);
        assertEquals("[T=1, B=2, F=3]", y.toString());
        assertArrayEquals(new float[] {11, 23, 35, 13, 25, 37}, Arrays.copyOf(y.values(), 6));
    }

    @Test
    void gradientsAgreeWithDifferences() {
        SplittableRandom random = new SplittableRandom(7);
        // Linear in each value: the quotient is exact but for rounding.
        Gradients.check(new Dense(5, 3, 2), Gradients.random(random, 2, 4, 5), random, 0.5, 1e-5);
    }

    @Test
    void startsAsPyTorchDoes() {
        float[] w = new Dense(16, 100, 3).parameters().get(0).values();
        double square = 0;
        for (float v : w) {
            assertTrue(Math.abs(v) <= 0.25f);
            square += v * v;
        }
        assertEquals(0.25 * 0.25 / 3, square / w.length, 0.002, "variance of a uniform distribution");
        assertArrayEquals(w, new Dense(16, 100, 3).parameters().get(0).values());
        assertFalse(Arrays.equals(w, new Dense(16, 100, 4).parameters().get(0).values()));
    }

    @Test
    void refusesWrongShapesAndOrder() {
        Dense dense = new Dense(2, 3, 1);
        Tensor y = new Tensor();
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> dense.forward(new Tensor(1, 4, 5), y, true));
        assertEquals("x: expected [T=1, B=4, F=2], got [T=1, B=4, F=5]", e.getMessage());
        assertThrows(IllegalStateException.class, () -> dense.backward(new Tensor(1, 4, 3), null));
        dense.forward(new Tensor(1, 4, 2), y, true);
        e = assertThrows(IllegalArgumentException.class, () -> dense.backward(new Tensor(1, 3, 3), null));
        assertEquals("dy: expected [T=1, B=4, F=3], got [T=1, B=3, F=3]", e.getMessage());
        dense.backward(new Tensor(1, 4, 3), null);
        assertThrows(IllegalStateException.class, () -> dense.backward(new Tensor(1, 4, 3), null));
    }
}
