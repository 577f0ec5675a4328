package dev.gateloom.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tiles and blocked products against double loops, at every tile height and at sizes that divide nothing. */
@Tag("engine")
class KernelsTest {
    /** Sums of up to 300 products of numbers below 1, each rounded to 6e-8 of a partial sum below 20. */
    private static final double TOLERANCE = 2e-5;

    private final Random random = new Random(7);

    static Stream<Kernels> kernels() {
        return Stream.of(new SimdKernels(), new ScalarKernels());
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void tilesOfEveryHeight(Kernels kernels) {
        for (int n : new int[] {3, 4}) {
            int width = n * kernels.lanes;
            for (int rows = 1; rows <= kernels.tileRows(n); rows++) {
                for (int k : new int[] {0, 1, 2, 5, 31, 128}) {
                    float[] a = values(3 + rows * Kernels.ROW);
                    float[] p = values(2 + k * width);
                    float[] c = values(1 + rows * (width + 3));
                    double[] expected = doubles(c);
                    multiply(rows, width, k, a, 3, Kernels.ROW, p, 2, expected, 1, width + 3);
                    kernels.product(n, rows, a, 3, p, 2, k, c, 1, width + 3, c, 1, width + 3);
                    assertClose(expected, c, n + " vectors, " + rows + " rows, k = " + k);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void gruTilesOfEveryHeight(Kernels kernels) {
        int v = kernels.lanes;
        for (int rows = 1; rows <= kernels.rowsOf3; rows++) {
            for (int k : new int[] {1, 6, 31}) {
                float[] a = values(rows * Kernels.ROW);
                float[] p = values(k * 3 * v);
                float[] c = values(rows * 3 * v);
                float[] b = values(v);
                float[] n = new float[rows * v];
                double[] expected = doubles(c);
                for (int r = 0; r < rows; r++) {
                    for (int j = 0; j < v; j++) {
                        expected[(r * 3 + 2) * v + j] = b[j];
                    }
                }
                multiply(rows, 3 * v, k, a, 0, Kernels.ROW, p, 0, expected, 0, 3 * v);
                float[] untouched = c.clone();
                kernels.gru(rows, a, 0, p, 0, k, c, 0, 3 * v, c, 0, 3 * v, b, 0, 0, n, 0, v);
                for (int r = 0; r < rows; r++) {
                    for (int j = 0; j < v; j++) {
                        assertEquals(untouched[(r * 3 + 2) * v + j], c[(r * 3 + 2) * v + j], "the input half of n");
                        c[(r * 3 + 2) * v + j] = n[r * v + j];
                    }
                }
                assertClose(expected, c, rows + " rows, k = " + k);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void singleRows(Kernels kernels) {
        int v = kernels.lanes;
        for (int k = 0; k < 14; k++) {
            for (int n : new int[] {3, 4}) {
                float[] a = values(1 + k);
                float[] p = values(k * n * v);
                float[] c = values(n * v);
                double[] expected = doubles(c);
                multiply(1, n * v, k, a, 1, 0, p, 0, expected, 0, 0);
                kernels.single(n, a, 1, p, 0, k, c.clone(), 0, c, 0);
                assertClose(expected, c, n + " vectors, k = " + k);
            }
            float[] a = values(k);
            float[] p = values(k * 3 * v);
            float[] start = values(3 * v);
            double[] expected = doubles(start);
            multiply(1, 3 * v, k, a, 0, 0, p, 0, expected, 0, 0);
            float[] c = start.clone();
            kernels.gruSingle(a, 0, p, 0, k, start, 0, c, 0, start, 2 * v, c, 2 * v);
            assertClose(expected, c, "gru, k = " + k);
        }
    }

    /** Rows given one by one, in two parts or all at once: the same bits. */
    @ParameterizedTest
    @MethodSource("kernels")
    void blockedProductsAreTheSameHoweverTheRowsAreCut(Kernels kernels) {
        for (int m : new int[] {1, 2, 7, 13, 61}) {
            for (int k : new int[] {1, 127, 129, 300}) {
                Panels p = new Panels(kernels, 4, k, 100);
                System.arraycopy(values(p.count * k * p.width), 0, p.data, p.at(0), p.count * k * p.width);
                int width = p.count * p.width;
                float[] a = values(m * k);
                float[] bias = values(width);
                double[] expected = new double[m * width];
                for (int i = 0; i < expected.length; i++) {
                    expected[i] = bias[i % width];
                }
                for (int j = 0; j < p.count; j++) {
                    multiply(m, p.width, k, a, 0, k, p.data, p.at(j), expected, j * p.width, width);
                }
                Left left = new Left(k, 5);     // room for five rows
                float[] whole = new float[m * width];
                Products.rows(kernels, left, false, a, 0, k, m, p, 0, p.count, bias, 0, 0, whole, 0, width);
                assertClose(expected, whole, "m = " + m + ", k = " + k);
                float[] parts = new float[m * width];
                int cut = m / 3;
                for (int j = 0; j < p.count; j++) {
                    Products.rows(kernels, left, false, a, 0, k, cut, p, j, j + 1, bias, 0, 0, parts, 0, width);
                    Products.rows(kernels, left, false, a, cut * k, k, m - cut, p, j, j + 1, bias, 0, 0, parts, cut * width, width);
                }
                assertArrayEquals(whole, parts);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void transposes(Kernels kernels) {
        int v = kernels.lanes;
        int count = 5;
        float[] w = values(2 + v * 7);
        float[] p = new float[3 + count * (v + 1)];
        int[] rows = new int[v];
        Arrays.setAll(rows, l -> l * 7);
        kernels.transpose(count, w, 2, rows, p, 3, v + 1);
        for (int j = 0; j < count; j++) {
            for (int l = 0; l < v; l++) {
                assertEquals(w[2 + l * 7 + j], p[3 + j * (v + 1) + l], "row " + j + ", column " + l);
            }
        }
    }

    /** Through a row map with an initial state, in one part or in uneven ones: right, and the same bits. */
    @ParameterizedTest
    @MethodSource("kernels")
    void weightGradients(Kernels kernels) {
        int gates = 3;
        int hidden = kernels.lanes + 5;
        int padded = kernels.pad(hidden);
        int n = 4 * kernels.lanes + 3;
        for (int rows : new int[] {1, 5, 128, 131, 300}) {
            float[] d = values(rows * gates * padded);
            float[] x = values(rows * (n + 2));
            float[] x0 = values(4 * n);
            int[] map = new int[rows];
            for (int i = 0; i < rows; i++) {
                map[i] = i < 4 ? ~i : i - 4;
            }
            float[] g = values(gates * hidden * n);
            float[] parts = g.clone();
            double[] expected = doubles(g);
            for (int j = 0; j < gates * hidden; j++) {
                int unit = j % hidden;
                int column = (unit / kernels.lanes * gates + j / hidden) * kernels.lanes + unit % kernels.lanes;
                for (int c = 0; c < n; c++) {
                    for (int i = 0; i < rows; i++) {
                        double right = map[i] < 0 ? x0[~map[i] * n + c] : x[1 + map[i] * (n + 2) + c];
                        expected[j * n + c] += d[i * gates * padded + column] * right;
                    }
                }
            }
            WeightGradient gradient = new WeightGradient(kernels);
            gradient.add(d, gates * padded, gates, hidden, 0, gates * hidden, rows, x, 1, n + 2, map, x0, n, n, g, 0, n);
            assertClose(expected, g, rows + " rows");
            for (int[] part : new int[][] {{0, 7}, {7, 7}, {7, 8}, {8, gates * hidden}}) {
                gradient.add(d, gates * padded, gates, hidden, part[0], part[1], rows, x, 1, n + 2, map, x0, n, n, parts, 0, n);
            }
            assertArrayEquals(g, parts);
        }
    }

    /** {@code C += A · P}. */
    private static void multiply(int rows, int width, int k, float[] a, int ao, int lda, float[] p, int po, double[] c,
            int co, int ldc) {
        for (int r = 0; r < rows; r++) {
            for (int j = 0; j < width; j++) {
                for (int i = 0; i < k; i++) {
                    c[co + r * ldc + j] += (double) a[ao + r * lda + i] * p[po + i * width + j];
                }
            }
        }
    }

    private float[] values(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = random.nextFloat() * 2 - 1;
        }
        return values;
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        Arrays.setAll(doubles, i -> values[i]);
        return doubles;
    }

    private static void assertClose(double[] expected, float[] got, String what) {
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], got[i], TOLERANCE, what + ", element " + i);
        }
    }
}
