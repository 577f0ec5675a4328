package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AugmentationTest {
    private static final int SAMPLES = 400;
    private static RnnEngine engine;

    @BeforeAll
    static void open() {
        engine = Engines.get("reference");
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private static Augmentation built(Augmentation layer, int... sample) {
        layer.build(Setup.of(engine, 5), sample);
        return layer;
    }

    /** SAMPLES times the same sample. */
    private static Tensor copies(float[] sample, int... shape) {
        Tensor x = new Tensor().shape(SAMPLES, shape);
        for (int i = 0; i < x.size(); i++) {
            x.values()[i] = sample[i % sample.length];
        }
        return x;
    }

    private static float[] answer(Augmentation layer, Tensor x, long number) {
        Tensor y = new Tensor();
        layer.draws(number);
        layer.forward(x, y, true);
        assertEquals(x.toString(), y.toString());
        return Arrays.copyOf(y.values(), y.size());
    }

    private static Set<String> different(float[] values, int each) {
        Set<String> found = new HashSet<>();
        for (int at = 0; at < values.length; at += each) {
            found.add(Arrays.toString(Arrays.copyOfRange(values, at, at + each)));
        }
        return found;
    }

    @Test
    void jitterIsNormalNoiseOnEachValue() {
        Tensor x = copies(new float[] {1, 2, 3, 4}, 2, 2);
        float[] y = answer(built(new Augmentation().jitter(0.5f), 2, 2), x, 0);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < y.length; i++) {
            double d = y[i] - x.values()[i];
            sum += d;
            squares += d * d;
        }
        assertEquals(0, sum / y.length, 4 * 0.5 / Math.sqrt(y.length), "mean, by four standard errors");
        assertEquals(0.25, squares / y.length, 4 * 0.25 * Math.sqrt(2.0 / y.length), "variance");
        assertEquals(y.length, different(y, 1).size(), 5, "each value by itself");
    }

    @Test
    void scalingMultipliesWholeSamples() {
        float[] y = answer(built(new Augmentation().scaling(0.1f), 2, 1), copies(new float[] {1, -2}, 2, 1), 0);
        double squares = 0;
        for (int b = 0; b < SAMPLES; b++) {
            assertEquals(-2 * y[2 * b], y[2 * b + 1], 1e-6);
            squares += (y[2 * b] - 1) * (y[2 * b] - 1);
        }
        assertEquals(0.01, squares / SAMPLES, 4 * 0.01 * Math.sqrt(2.0 / SAMPLES));
    }

    @Test
    void shiftMovesAndRepeatsTheEnds() {
        float[] steps = {1, 10, 2, 20, 3, 30};
        assertEquals(Set.of("[1.0, 10.0, 2.0, 20.0, 3.0, 30.0]", "[1.0, 10.0, 1.0, 10.0, 2.0, 20.0]",
                "[2.0, 20.0, 3.0, 30.0, 3.0, 30.0]"),
                different(answer(built(new Augmentation().shift(1), 3, 2), copies(steps, 3, 2), 0), 6));
        float[] image = {1, 2, 3, 4};
        assertEquals(Set.of("[1.0, 2.0, 3.0, 4.0]", "[1.0, 1.0, 3.0, 3.0]", "[2.0, 2.0, 4.0, 4.0]"),
                different(answer(built(new Augmentation().shift(0, 1), 2, 2, 1), copies(image, 2, 2, 1), 0), 4));
        assertEquals(9, different(answer(built(new Augmentation().shift(1, 1), 2, 2, 1), copies(image, 2, 2, 1), 0), 4)
                .size());
    }

    @Test
    void mirrorTurnsImagesFromLeftToRight() {
        float[] y = answer(built(new Augmentation().mirror(true), 2, 2, 1), copies(new float[] {1, 2, 3, 4}, 2, 2, 1), 0);
        assertEquals(Set.of("[1.0, 2.0, 3.0, 4.0]", "[2.0, 1.0, 4.0, 3.0]"), different(y, 4));
        int turned = 0;
        for (int b = 0; b < SAMPLES; b++) {
            turned += y[4 * b] == 2 ? 1 : 0;
        }
        assertEquals(SAMPLES / 2.0, turned, 4 * Math.sqrt(SAMPLES / 4.0));
    }

    @Test
    void drawsByTheNumberOfTheUpdateAndOnlyInTraining() {
        Augmentation layer = built(new Augmentation().jitter(1).scaling(1).shift(1).mirror(true), 3, 1);
        Tensor x = copies(new float[] {1, 2, 3}, 3, 1);
        float[] third = answer(layer, x, 3);
        assertArrayEquals(third, answer(layer, x, 3));
        assertFalse(Arrays.equals(third, answer(layer, x, 4)));
        Tensor y = new Tensor();
        layer.forward(x, y, false);
        assertArrayEquals(x.values(), Arrays.copyOf(y.values(), y.size()));
    }

    @Test
    void gradientsGoBackTheSameWay() {
        SplittableRandom random = new SplittableRandom(1);
        Gradients.check(built(new Augmentation().jitter(0.1f).scaling(0.3f).shift(1, 2).mirror(true), 3, 4, 2),
                Gradients.random(random, 5, 3, 4, 2), random, 1e-2, 1e-4);
    }

    @Test
    void refusesWhatItCannotDo() {
        assertThrows(IllegalArgumentException.class, () -> new Augmentation().jitter(-1));
        assertThrows(IllegalArgumentException.class, () -> new Augmentation().scaling(Float.NaN));
        assertThrows(IllegalArgumentException.class, () -> new Augmentation().shift(1, -1));
        assertThrows(IllegalArgumentException.class, () -> built(new Augmentation().shift(1, 1), 3, 1));
        assertThrows(IllegalArgumentException.class, () -> built(new Augmentation().mirror(true), 3));
        Augmentation shifted = built(new Augmentation().shift(1), 2, 1);
        Tensor x = new Tensor(1, 2, 1).mask(new boolean[] {true, false});
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> shifted.forward(x, new Tensor(), true));
        assertTrue(e.getMessage().startsWith("x: expected no masked steps"), e.getMessage());
    }
}
