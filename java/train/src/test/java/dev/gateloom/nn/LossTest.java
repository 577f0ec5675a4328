package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LossTest {

    @Test
    void meanSquaredErrorByHand() {
        Tensor y = row(2, 1, 3);
        Tensor target = row(1, 1, 5);
        Tensor dy = new Tensor();
        assertEquals((1 + 0 + 4) / 3.0, new MeanSquaredError().compute(y, target, dy), 1e-12);
        assertEquals(2 / 3.0, dy.values()[0], 1e-7);
        assertEquals(0, dy.values()[1]);
        assertEquals(-4 / 3.0, dy.values()[2], 1e-7);
    }

    @Test
    void othersByHand() {
        Tensor y = row(2, 1, 3);
        Tensor target = row(1.5f, 1, 5);
        assertEquals((0.5 + 0 + 2) / 3, new MeanAbsoluteError().compute(y, target, null), 1e-12);
        assertEquals((0.125 + 0 + 1.5) / 3, new Huber(1).compute(y, target, null), 1e-12);
        assertEquals(-Math.log(0.75), BinaryCrossEntropy.ofProbabilities().compute(row(0.25f), row(0), null), 1e-7);
        assertEquals(-Math.log(0.75), new BinaryCrossEntropy().compute(row((float) Math.log(3)), row(1), null), 1e-7);
        assertEquals(1000, new BinaryCrossEntropy().compute(row(1000), row(0), null), 1e-9, "without overflow");
        assertEquals(-Math.log(1e-7), BinaryCrossEntropy.ofProbabilities().compute(row(0), row(1), null), 1e-6);
        for (float wrong : new float[] {-0.5f, 2, Float.NaN}) {
            assertEquals("target[0]: expected a number from 0 to 1, for binary cross-entropy, got " + wrong,
                    assertThrows(IllegalArgumentException.class, () -> new BinaryCrossEntropy().compute(row(1), row(wrong), null))
                            .getMessage());
        }
    }

    @Test
    void crossEntropyByHand() {
        Tensor y = new Tensor(1, 2, 2);
        y.values()[0] = (float) Math.log(3);        // softmax: 3/4, 1/4
        y.values()[2] = 7;                          // ignored
        Tensor target = new Tensor(1, 2);
        target.values()[1] = CrossEntropy.IGNORE;
        Tensor dy = new Tensor();
        assertEquals(Math.log(4.0 / 3), new CrossEntropy().compute(y, target, dy), 1e-7);
        assertEquals(-0.25, dy.values()[0], 1e-7);
        assertEquals(0.25, dy.values()[1], 1e-7);
        assertEquals(0, dy.values()[2]);
        assertEquals(1, new CrossEntropy().count(y, target));
        target.values()[0] = CrossEntropy.IGNORE;
        assertEquals(0, new CrossEntropy().compute(y, target, dy), "nothing counts");
        assertEquals(0, dy.values()[0]);
    }

    @Test
    void whatFollowsTheEndTokenDoesNotCount() {
        Tensor y = new Tensor(2, 3, 4);
        Tensor target = Tensor.of(new float[] {2, 3, 1, 1, 1, 3}, 2, 3);
        assertEquals(2 + 3, new CrossEntropy().until(3).count(y, target));
        assertEquals(6, new CrossEntropy().count(y, target));
        assertEquals(2, new CrossEntropy().until(1).count(y, Tensor.of(new float[] {1, 2, 3, 1, 2, 3}, 2, 3)));
    }

    @Test
    void maskedStepsDoNotCount() {
        Tensor y = Gradients.random(new SplittableRandom(1), 2, 2, 3).mask(new boolean[] {true, false, false, true});
        Tensor dy = new Tensor();
        Tensor target = new Tensor().like(y);
        double sum = 0;
        for (int i : new int[] {0, 1, 2, 9, 10, 11}) {
            sum += (double) y.values()[i] * y.values()[i];
        }
        assertEquals(sum / 6, new MeanSquaredError().compute(y, target, dy), 1e-12);
        assertEquals(0, dy.values()[3]);
        assertEquals(y.values()[9] / 3, dy.values()[9], 1e-7);
        assertEquals(2, new CrossEntropy().count(y, new Tensor(2, 2)));
    }

    @Test
    void crossEntropyDoesNotOverflow() {
        Tensor dy = new Tensor();
        assertEquals(2000, new CrossEntropy().compute(row(1000, -1000, 0), row(1), dy), 1e-9);
        assertEquals(-1, dy.values()[1]);
    }

    @Test
    void gradientsAgreeWithDifferences() {
        SplittableRandom random = new SplittableRandom(5);
        Tensor y = Gradients.random(random, 3, 2, 4);
        Tensor like = Gradients.random(random, 3, 2, 4);
        for (Loss loss : List.of(new MeanSquaredError(), new MeanAbsoluteError(), new Huber(0.5))) {
            check(loss, y, like);
        }
        Tensor classes = new Tensor(3, 2);
        Tensor inside = new Tensor(3, 2, 4);
        for (int i = 0; i < inside.size(); i++) {
            inside.values()[i] = 0.3f + 0.4f * (float) random.nextDouble();
        }
        for (int row = 0; row < y.rows(); row++) {
            classes.values()[row] = row == 2 ? CrossEntropy.IGNORE : random.nextInt(4);
        }
        check(new BinaryCrossEntropy(), y, inside);
        check(new CrossEntropy(), y, classes);
        check(CrossEntropy.ofProbabilities(), inside, classes);
        check(BinaryCrossEntropy.ofProbabilities(), inside, new Tensor(3, 2, 4).fill(1));
    }

    private static void check(Loss loss, Tensor y, Tensor target) {
        Tensor dy = new Tensor();
        loss.compute(y, target, dy);
        for (int i = 0; i < y.size(); i++) {
            float keep = y.values()[i];
            y.values()[i] = keep + 0x1p-10f;
            double above = loss.compute(y, target, null);
            y.values()[i] = keep - 0x1p-10f;
            double below = loss.compute(y, target, null);
            y.values()[i] = keep;
            // Computed in double from exact inputs: what is left is the curvature, h²/6 times a third derivative below 20.
            assertEquals((above - below) / 0x1p-9, dy.values()[i], 3e-6, loss.getClass().getSimpleName() + i);
        }
    }

    @Test
    void refusesWrongTargets() {
        Tensor y = row(1, 2, 3);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> new MeanSquaredError().compute(y, row(1, 2), null));
        assertEquals("target of MeanSquaredError: expected as many values as the model's output [1, 3], got [1, 2]", e.getMessage());
        e = assertThrows(IllegalArgumentException.class, () -> new Huber(1).compute(y, new Tensor(1, 2, 3), null));
        assertEquals("target of Huber: expected as many values as the model's output [1, 3] (targets for each step need "
                + "returnSequences(true)), got [1, 2, 3]", e.getMessage());
        e = assertThrows(IllegalArgumentException.class, () -> new CrossEntropy().compute(y, row(3), null));
        assertEquals("target[0] of CrossEntropy: expected a class from 0 to 2, or -100, got 3.0", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new CrossEntropy().compute(y, row(0.5f), null));
        e = assertThrows(IllegalArgumentException.class, () -> new CrossEntropy().compute(y, row(1, 1), null));
        assertEquals("target of CrossEntropy: expected a class for each of the 1 rows of the model's output [1, 3] "
                + "(a class for each step needs returnSequences(true)), got [1, 2]", e.getMessage());
    }

    private static Tensor row(float... values) {
        return Tensor.of(values, 1, values.length);
    }
}
