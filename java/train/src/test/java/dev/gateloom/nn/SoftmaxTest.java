package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against Math.exp, in sizes of several blocks of rows; {@link OperationsConformance} has the small ones. */
class SoftmaxTest {
    private final Softmax softmax = new Softmax();

    /** Two numbers, so that each exponential is seen alone: e^x / (1 + e^x). */
    @Test
    void theSeriesIsAsGoodAsAFloat() {
        int rows = 100_000;
        float[] v = new float[2 * rows];
        for (int row = 0; row < rows; row++) {
            v[2 * row] = -110f * row / rows;
        }
        float[] x = v.clone();
        softmax.apply(v, rows, 2);
        for (int row = 0; row < rows; row++) {
            double e = Math.exp(x[2 * row]);
            double expected = e / (1 + e);
            double r = -x[2 * row] / 1024.0;                // the series leaves off r⁷/7! at most, 1024 times, of at least e^-r
            double rest = 1024 * Math.pow(r, 7) / 5040 * Math.exp(r) * 1.001 + 1e-12;
            double rounding = Math.ulp((float) expected) * 0.5001;
            assertEquals(expected, v[2 * row], rounding + rest * expected, "at " + x[2 * row]);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1025, 1", "1, 1023", "2, 1024", "3, 1025", "60, 41", "5, 5000"})
    void rowsOfManyBlocks(int rows, int n) {
        SplittableRandom random = new SplittableRandom(rows + n);
        float[] v = new float[rows * n];
        int[] classes = new int[rows];
        for (int i = 0; i < v.length; i++) {
            v[i] = (float) (random.nextDouble() * 40 - 20);
        }
        Arrays.setAll(classes, row -> row % 3 == 1 ? -1 : random.nextInt(n));
        double[] p = new double[v.length];
        double loss = 0;
        for (int row = 0; row < rows; row++) {
            double sum = 0;
            for (int i = row * n; i < (row + 1) * n; i++) {
                sum += Math.exp(v[i]);
            }
            for (int i = row * n; i < (row + 1) * n; i++) {
                p[i] = Math.exp(v[i]) / sum;
            }
            loss -= classes[row] < 0 ? 0 : Math.log(p[row * n + classes[row]]);
        }
        float[] dy = new float[v.length];
        Arrays.fill(dy, Float.NaN);
        assertEquals(loss, softmax.crossEntropy(v, rows, n, classes, 0.5, dy), rows * 1e-10);
        assertEquals(loss, softmax.crossEntropy(v, rows, n, classes, 0.5, null), rows * 1e-10);
        softmax.apply(v, rows, n);
        for (int i = 0; i < v.length; i++) {
            int label = classes[i / n];
            double expected = label < 0 ? 0 : (p[i] - (label == i % n ? 1 : 0)) * 0.5;
            assertEquals(expected, dy[i], Math.abs(expected) * 0x1p-24 + 1e-12);
            assertEquals(p[i], v[i], p[i] * 0x1p-24 + 1e-45);
        }
    }

    @Test
    void whatIsMaskedIsZero() {
        float[] v = {1, Float.NEGATIVE_INFINITY, -200, 1};
        softmax.apply(v, 1, 4);
        assertEquals(0.5f, v[0]);
        assertEquals(0f, v[1]);
        assertEquals(0f, v[2]);
        float[] none = {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY};
        softmax.apply(none, 1, 2);
        assertTrue(Float.isNaN(none[0]));
    }
}
