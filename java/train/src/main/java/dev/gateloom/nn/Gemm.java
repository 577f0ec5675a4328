package dev.gateloom.nn;

import dev.gateloom.spi.MatrixProduct;
import java.util.Arrays;

/**
 * The matrix product beside an engine that has none, as sums of scaled rows: {@code C[i, :] += A[i, l] · B[l, :]}, four l at
 * a time, so that a row of C is loaded and stored once for four rows of B. Every element is one sum over l in ascending order.
 */
final class Gemm implements MatrixProduct {
    /** Columns of B that are worked on at a time: with four rows of it they stay in the first-level cache. */
    private static final int BLOCK = 1024;

    private float[] transposed = new float[0];

    @Override
    public void multiply(boolean transposeA, boolean transposeB, int m, int n, int k, float[] a, int ao, float[] b, int bo,
            boolean add, float[] c, int co) {
        float[] right = b;
        int ro = bo;
        if (transposeB) {
            right = transpose(b, bo, n, k);
            ro = 0;
        }
        int rowStride = transposeA ? 1 : k;         // of A: from i to i + 1
        int sumStride = transposeA ? m : 1;         // from l to l + 1
        for (int j0 = 0; j0 < n; j0 += BLOCK) {
            int width = Math.min(BLOCK, n - j0);
            for (int i = 0; i < m; i++) {
                int to = co + i * n + j0;
                if (!add) {
                    Arrays.fill(c, to, to + width, 0f);
                }
                int from = ao + i * rowStride;
                int l = 0;
                for (; l + 4 <= k; l += 4) {
                    addRows(width, a[from + l * sumStride], a[from + (l + 1) * sumStride], a[from + (l + 2) * sumStride],
                            a[from + (l + 3) * sumStride], right, ro + l * n + j0, n, c, to);
                }
                for (; l < k; l++) {
                    addRow(width, a[from + l * sumStride], right, ro + l * n + j0, c, to);
                }
            }
        }
    }

    private static void addRows(int width, float a0, float a1, float a2, float a3, float[] b, int bo, int ldb, float[] c,
            int co) {
        int b1 = bo + ldb;
        int b2 = b1 + ldb;
        int b3 = b2 + ldb;
        for (int j = 0; j < width; j++) {
            c[co + j] = c[co + j] + a0 * b[bo + j] + a1 * b[b1 + j] + a2 * b[b2 + j] + a3 * b[b3 + j];
        }
    }

    private static void addRow(int width, float a, float[] b, int bo, float[] c, int co) {
        for (int j = 0; j < width; j++) {
            c[co + j] += a * b[bo + j];
        }
    }

    /** {@code [rows, columns]} becomes {@code [columns, rows]}. */
    private float[] transpose(float[] from, int start, int rows, int columns) {
        int size = rows * columns;
        if (transposed.length < size) {
            transposed = new float[size];
        }
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                transposed[c * rows + r] = from[start + r * columns + c];
            }
        }
        return transposed;
    }
}
