package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LossTest {

    @Test
    void meanSquaredErrorByHand() {
        Tensor y = tensor(2, 1, 3);
        Tensor target = tensor(1, 1, 5);
        Tensor dy = new Tensor();
        assertEquals((1 + 0 + 4) / 3.0, new MeanSquaredError().compute(y, target, dy), 1e-12);
        assertEquals(2 / 3.0, dy.values()[0], 1e-7);
        assertEquals(0, dy.values()[1]);
        assertEquals(-4 / 3.0, dy.values()[2], 1e-7);
    }

    @Test
    void crossEntropyByHand() {
        Tensor y = new Tensor(1, 2, 2);
        y.values()[0] = (float) Math.log(3);        // softmax: 3/4, 1/4
        y.values()[2] = 7;                          // ignored
        Tensor target = new Tensor(1, 2, 1);
        target.values()[1] = CrossEntropy.IGNORE;
        Tensor dy = new Tensor();
        assertEquals(Math.log(4.0 / 3), new CrossEntropy().compute(y, target, dy), 1e-7);
        assertEquals(-0.25, dy.values()[0], 1e-7);
        assertEquals(0.25, dy.values()[1], 1e-7);
        assertEquals(0, dy.values()[2]);
        assertEquals(1, new CrossEntropy().count(target));
    }

    @Test
    void crossEntropyDoesNotOverflow() {
        Tensor y = tensor(1000, -1000, 0);
        Tensor dy = new Tensor();
        Tensor target = new Tensor(1, 1, 1);
        target.values()[0] = 1;
        assertEquals(2000, new CrossEntropy().compute(y, target, dy), 1e-9);
        assertEquals(-1, dy.values()[1]);
    }

    @Test
    void gradientsAgreeWithDifferences() {
        SplittableRandom random = new SplittableRandom(5);
        Tensor y = Gradients.random(random, 3, 2, 4);
        check(new MeanSquaredError(), y, Gradients.random(random, 3, 2, 4));
        Tensor classes = new Tensor(3, 2, 1);
        for (int row = 0; row < classes.rows(); row++) {
            classes.values()[row] = row == 2 ? CrossEntropy.IGNORE : random.nextInt(4);
        }
        check(new CrossEntropy(), y, classes);
    }

    private static void check(Loss loss, Tensor y, Tensor target) {
        Tensor dy = new Tensor();
        loss.compute(y, target, dy);
        for (int i = 0; i < y.size(); i++) {
            float keep = y.values()[i];
            y.values()[i] = keep + 0x1p-8f;
            double above = loss.compute(y, target, null);
            y.values()[i] = keep - 0x1p-8f;
            double below = loss.compute(y, target, null);
            y.values()[i] = keep;
            // Computed in double from exact inputs: what is left is the curvature, h²/6 times a third derivative < 1.
            assertEquals((above - below) / 0x1p-7, dy.values()[i], 3e-6, loss.getClass().getSimpleName() + i);
        }
    }

    @Test
    void refusesWrongTargets() {
        Tensor y = tensor(1, 2, 3);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> new MeanSquaredError().compute(y, tensor(1, 2), null));
        assertEquals("target: expected [T=1, B=1, F=3], got [T=1, B=1, F=2]", e.getMessage());
        e = assertThrows(IllegalArgumentException.class, () -> new CrossEntropy().compute(y, tensor(3), null));
        assertTrue(e.getMessage().startsWith("target[0]: expected a class from 0 to 2"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new CrossEntropy().compute(y, tensor(0.5f), null));
    }

    private static Tensor tensor(float... values) {
        Tensor t = new Tensor(1, 1, values.length);
        System.arraycopy(values, 0, t.values(), 0, values.length);
        return t;
    }
}
