package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DenseTest {

    @Test
    void multipliesByTheWeightsAndAddsTheBias() {
        Dense dense = Plain.built(new Dense(3), 2);
        System.arraycopy(new float[] {1, 2, 3, 4, 5, 6}, 0, dense.parameters().get(0).values(), 0, 6);
        System.arraycopy(new float[] {10, 20, 30}, 0, dense.parameters().get(1).values(), 0, 3);
        Tensor y = Plain.forward(dense, Tensor.of(new float[] {1, 0, -1, 2}, 2, 2));
        assertEquals("[2, 3]", y.toString());
        assertArrayEquals(new float[] {11, 23, 35, 13, 25, 37}, Plain.values(y));
    }

    @Test
    void softmaxSumsToOneAndDoesNotOverflow() {
        Dense dense = Plain.built(new Dense(3, Activation.SOFTMAX), 1);
        Arrays.fill(dense.parameters().get(1).values(), 0f);
        System.arraycopy(new float[] {1000, 1000, -1000}, 0, dense.parameters().get(0).values(), 0, 3);
        assertArrayEquals(new float[] {0.5f, 0.5f, 0}, Plain.values(Plain.forward(dense, Tensor.of(new float[] {1}, 1, 1))));
    }

    @Test
    void startsAsPyTorchDoes() {
        float[] w = weights(Setup.of(null, 3));
        double square = 0;
        for (float v : w) {
            assertTrue(Math.abs(v) <= 0.25f);
            square += v * v;
        }
        assertEquals(0.25 * 0.25 / 3, square / w.length, 0.002, "variance of a uniform distribution");
        assertArrayEquals(w, weights(Setup.of(null, 3)));
        assertFalse(Arrays.equals(w, weights(Setup.of(null, 4))));
    }

    @Test
    void startsAsKerasDoes() {
        double limit = Math.sqrt(6.0 / 116);
        float[] w = weights(Setup.of(null, 3).with(Initialisation.KERAS));
        double square = 0;
        for (float v : w) {
            assertTrue(Math.abs(v) <= limit);
            square += v * v;
        }
        assertEquals(limit * limit / 3, square / w.length, 0.002);
    }

    private static float[] weights(Setup setup) {
        Dense dense = new Dense(100);
        dense.build(setup, new int[] {16});
        return dense.parameters().get(0).values();
    }

    @Test
    void refusesWrongShapesAndOrder() {
        Dense dense = Plain.built(new Dense(3), 2);
        Tensor y = new Tensor();
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> dense.forward(new Tensor(4, 5), y, true));
        assertEquals("x: expected 2 to 6 axes, the last of size 2, got [4, 5]", e.getMessage());
        assertThrows(IllegalStateException.class, () -> dense.backward(new Tensor(4, 3), null));
        dense.forward(new Tensor(4, 2), y, true);
        e = assertThrows(IllegalArgumentException.class, () -> dense.backward(new Tensor(3, 3), null));
        assertEquals("dy: expected [4, 3], got [3, 3]", e.getMessage());
        dense.forward(new Tensor(4, 2), y, true);
        dense.backward(new Tensor(4, 3), null);
        assertThrows(IllegalStateException.class, () -> dense.backward(new Tensor(4, 3), null));
        assertThrows(IllegalStateException.class, () -> dense.build(Setup.of(null, 1), new int[] {2}), "it has its place");
        assertThrows(IllegalArgumentException.class, () -> Plain.built(new Dense(3), -1));
        assertThrows(IllegalArgumentException.class, () -> new Dense(0));
    }
}
