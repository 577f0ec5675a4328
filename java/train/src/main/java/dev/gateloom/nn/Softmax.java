package dev.gateloom.nn;

import java.util.Arrays;

/**
 * Softmax of rows, and its cross-entropy. The largest value of a row is taken out, so that no exponential overflows. The
 * exponentials of several rows are one loop of additions and multiplications, which HotSpot turns into vectors, as it does not
 * with {@code Math.exp}: {@code e^x = (1 + r + r²/2! + … + r⁶/6!)^1024} with {@code r = x / 1024}, to about
 * 1e-13 of the largest; of itself to 1e-13 down to e^-20, to half a rounding of float32 at e^-104.
 */
final class Softmax {
    /** Values that are worked on at a time, in whole rows: they stay in the first-level cache. */
    private static final int BLOCK = 1024;
    /** {@code e^x} is zero in float32 from here on down; the series would go astray. */
    private static final double LEAST = -104;

    private double[] room = new double[BLOCK];      // [rows of a block, features]: exponentials
    private final float[] largest = new float[BLOCK];

    /** Replaces rows of n values by their softmax. */
    void apply(float[] v, int rows, int n) {
        int together = together(n);
        for (int row = 0; row < rows; row += together) {
            int count = Math.min(together, rows - row);
            for (int k = 0; k < count; k++) {
                load(v, (row + k) * n, n, k);
            }
            exponentials(room, count * n);
            for (int k = 0; k < count; k++) {
                store(k * n, n, 1 / sum(k * n, (k + 1) * n), v, (row + k) * n);
            }
        }
    }

    /** {@link Operations#softmaxCrossEntropy}. */
    double crossEntropy(float[] v, int rows, int n, int[] classes, double scale, float[] dy) {
        int together = together(n);
        double loss = 0;
        for (int row = 0; row < rows;) {
            int first = row;
            int count = 0;
            for (; row < rows && count < together; row++) {
                if (classes[row] >= 0) {
                    load(v, row * n, n, count++);
                }
            }
            exponentials(room, count * n);
            int k = 0;
            for (int r = first; r < row; r++) {
                if (classes[r] >= 0) {
                    loss += crossEntropy(v, r * n, n, classes[r], k++, scale, dy);
                } else if (dy != null) {
                    Arrays.fill(dy, r * n, (r + 1) * n, 0f);
                }
            }
        }
        return loss;
    }

    /** Of row number k of the block. */
    private double crossEntropy(float[] v, int start, int n, int label, int k, double scale, float[] dy) {
        double sum = sum(k * n, (k + 1) * n);
        if (dy != null) {
            store(k * n, n, scale / sum, dy, start);
            dy[start + label] = (float) ((room[k * n + label] / sum - 1) * scale);      // next to 0 where it is right
        }
        return largest[k] + Math.log(sum) - v[start + label];
    }

    /** How many rows make a block. */
    private int together(int n) {
        if (room.length < n) {
            room = new double[n];
        }
        return Math.max(1, BLOCK / Math.max(n, 1));
    }

    /** Makes a row number k of the block, without its largest value. */
    private void load(float[] v, int start, int n, int k) {
        float max = max(v, start, n);
        largest[k] = max;
        for (int j = 0; j < n; j++) {
            double x = v[start + j] - (double) max;
            room[k * n + j] = x < LEAST ? LEAST : x;
        }
    }

    /** Of values that are numbers; what is none shows in the sum that follows. */
    private static float max(float[] v, int start, int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int j = start; j < start + n; j++) {
            max = v[j] > max ? v[j] : max;
        }
        return max;
    }

    private static void exponentials(double[] v, int count) {
        for (int i = 0; i < count; i++) {
            double r = v[i] * (1.0 / 1024);
            double e = 1 + r * (1 + r * (1.0 / 2 + r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 + r * (1.0 / 720))))));
            e *= e;
            e *= e;
            e *= e;
            e *= e;
            e *= e;
            e *= e;
            e *= e;
            e *= e;
            e *= e;
            e *= e;
            v[i] = e;
        }
    }

    /** In four sums: few additions wait for the one before. */
    private double sum(int from, int to) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = from;
        for (; i < to - 3; i += 4) {
            a += room[i];
            b += room[i + 1];
            c += room[i + 2];
            d += room[i + 3];
        }
        for (; i < to; i++) {
            a += room[i];
        }
        return a + b + (c + d);
    }

    private void store(int from, int n, double factor, float[] to, int start) {
        for (int j = 0; j < n; j++) {
            to[start + j] = (float) (room[from + j] * factor);
        }
    }
}
