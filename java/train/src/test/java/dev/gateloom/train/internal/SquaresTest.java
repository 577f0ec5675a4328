package dev.gateloom.train.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.EngineOptions;
import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import dev.gateloom.nn.Operations;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SquaresTest {
    private static final Squares SQUARES = Squares.alone();
    /** Of a square and the seven additions behind it, the first being exact; no term is negative, so that nothing cancels. */
    private static final double ROUNDINGS = 8.01 * 0x1p-24;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 33, 1023, 1024, 1025, 5000, 8192, 20000})
    void sumsAPart(int count) {
        int from = 3;
        float[] a = random(1, from + count + 5);
        float[] b = random(2, a.length);
        float[] scaled = random(3, a.length);
        float[] before = scaled.clone();
        double squares = 0;
        double differences = 0;
        for (int i = from; i < from + count; i++) {
            squares += (double) a[i] * a[i];
            float d = a[i] - b[i];
            differences += (double) d * d;
        }
        assertEquals(squares, SQUARES.sum(a, from, from + count), squares * ROUNDINGS);
        double bound = differences * (ROUNDINGS + 2 * 0x1p-24);        // what is left over takes the differences exactly
        assertEquals(differences, SQUARES.ofDifferences(a, b, from, from + count, 0.3f, null), bound);
        assertEquals(differences, SQUARES.ofDifferences(a, b, from, from + count, 0.3f, scaled), bound);
        for (int i = 0; i < scaled.length; i++) {
            assertEquals(i < from || i >= from + count ? before[i] : (a[i] - b[i]) * 0.3f, scaled[i]);
        }
    }

    /** Squares of such floats are none. */
    @ParameterizedTest
    @ValueSource(floats = {1e-30f, 1e-22f, 1e-19f, 1e19f, 1e25f, 3e38f})
    void everyFloatHasASquare(float value) {
        float[] many = new float[1500];
        Arrays.fill(many, value);
        double expected = many.length * (double) value * value;
        assertEquals(expected, SQUARES.sum(many, 0, many.length), expected * ROUNDINGS);
        assertEquals(expected, SQUARES.ofDifferences(many, new float[1500], 0, many.length, 1, null), expected * ROUNDINGS);
    }

    @Test
    void whatIsNoNumberShows() {
        float[] v = random(4, 3000);
        v[1500] = Float.NaN;
        assertTrue(Double.isNaN(SQUARES.sum(v, 0, v.length)));
        assertTrue(Double.isNaN(SQUARES.ofDifferences(v, v.clone(), 0, v.length, 1, null)));
        v[1500] = Float.NEGATIVE_INFINITY;
        assertEquals(Double.POSITIVE_INFINITY, SQUARES.sum(v, 0, v.length));
    }

    /** One that reads behind the end of its array leaves nothing to the next. */
    @Test
    void aCallThatFailsIsForgotten() {
        float[] v = random(5, 3000);
        double expected = SQUARES.sum(v, 0, v.length);
        assertThrows(IndexOutOfBoundsException.class, () -> SQUARES.sum(v, 0, v.length + 1024));
        assertEquals(expected, SQUARES.sum(v, 0, v.length));
        assertEquals(0, SQUARES.sum(v, 0, 0));
    }

    @Test
    void theNumberOfThreadsChangesNoBits() {
        float[] v = random(6, 300_000);
        float[] w = random(7, v.length);
        float[] expected = new float[v.length];
        double squares = SQUARES.sum(v, 5, v.length);
        double differences = SQUARES.ofDifferences(v, w, 5, v.length, 0.1f, expected);
        for (int threads = 1; threads <= 3; threads++) {
            try (RnnEngine engine = Engines.get("cpu", EngineOptions.threads(threads))) {
                Squares shared = new Squares(Operations.of(engine).workers());
                float[] scaled = new float[v.length];
                assertEquals(squares, shared.sum(v, 5, v.length));
                assertEquals(differences, shared.ofDifferences(v, w, 5, v.length, 0.1f, scaled));
                assertArrayEquals(expected, scaled);
            }
        }
    }

    private static float[] random(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] v = new float[count];
        for (int i = 0; i < count; i++) {
            v[i] = (float) (random.nextDouble() - 0.5) * (1 << random.nextInt(12));
        }
        return v;
    }
}
