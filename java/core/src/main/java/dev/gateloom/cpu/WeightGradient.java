package dev.gateloom.cpu;

import java.util.Arrays;

/**
 * Weight gradients: {@code G[j, :] += Σ_row D[row, j] X[row, :]}, the sum over all time steps at once. Both operands are
 * packed block by block: D transposed, X as {@code [row][4V]}. One object for each thread.
 */
final class WeightGradient {
    /** Rows of a block of the sum. */
    private static final int ROW_BLOCK = 128;
    /** Rows of G whose D is packed at a time: 192 · 128 floats (96 KB) stay in the second-level cache. */
    private static final int GATE_BLOCK = 192;

    private final Kernels kernels;
    private final int tile;
    private final int width;
    private final float[] left;         // [GATE_BLOCK][Kernels.ROW]
    private final float[] right;        // [ROW_BLOCK][4V]
    private final int rightStart;
    private final float[] edge;         // a tile of G past its last column
    private final int[] column = new int[GATE_BLOCK];

    WeightGradient(Kernels kernels) {
        this.kernels = kernels;
        tile = kernels.rowsOf4;
        width = 4 * kernels.lanes;
        left = new float[GATE_BLOCK * Kernels.ROW];
        Slab.Piece piece = Slab.cut(ROW_BLOCK * width);
        right = piece.array();
        rightStart = piece.start();
        edge = new float[tile * width];
    }

    /**
     * Adds rows j0 to j1 - 1 of a gradient that has {@code hidden} rows for each gate.
     *
     * @param d gradients of the gates, as the cells lay them out: unit h of gate g is column {@code (h / V · G + g) · V + h % V}
     * @param x right operand: row i of it is {@code x[xo + map[i] · ldx]}, or row {@code ~map[i]} of x0 if negative;
     *     without a map row i itself
     * @param n columns
     * @param g the gradient, row j at {@code go + j · ldg}
     */
    void add(float[] d, int ldd, int gates, int hidden, int j0, int j1, int rows, float[] x, int xo, int ldx, int[] map,
            float[] x0, int ldx0, int n, float[] g, int go, int ldg) {
        for (int b0 = j0; b0 < j1; b0 += GATE_BLOCK) {
            int count = Math.min(GATE_BLOCK, j1 - b0);
            for (int j = 0; j < count; j++) {
                column[j] = columnOf(b0 + j, gates, hidden);
            }
            for (int r0 = 0; r0 < rows; r0 += ROW_BLOCK) {
                int length = Math.min(ROW_BLOCK, rows - r0);
                packLeft(d, ldd, count, r0, length);
                for (int c0 = 0; c0 < n; c0 += width) {
                    int columns = Math.min(width, n - c0);
                    packRight(x, xo + c0, ldx, map, x0, c0, ldx0, r0, length, columns);
                    multiply(count, length, columns, g, go + b0 * ldg + c0, ldg);
                }
            }
        }
    }

    private int columnOf(int j, int gates, int hidden) {
        int gate = j / hidden;
        int unit = j - gate * hidden;
        int block = unit / kernels.lanes;
        return (block * gates + gate) * kernels.lanes + unit - block * kernels.lanes;
    }

    private void packLeft(float[] d, int ldd, int count, int r0, int length) {
        for (int j = 0; j < count; j++) {
            int from = r0 * ldd + column[j];
            int to = j * Kernels.ROW;
            for (int i = 0; i < length; i++) {
                left[to + i] = d[from + i * ldd];
            }
        }
    }

    private void packRight(float[] x, int xo, int ldx, int[] map, float[] x0, int x0o, int ldx0, int r0, int length,
            int columns) {
        for (int i = 0; i < length; i++) {
            int row = map == null ? r0 + i : map[r0 + i];
            if (row >= 0) {
                System.arraycopy(x, xo + row * ldx, right, rightStart + i * width, columns);
            } else {
                System.arraycopy(x0, x0o + ~row * ldx0, right, rightStart + i * width, columns);
            }
            for (int c = columns; c < width; c++) {
                right[rightStart + i * width + c] = 0f;
            }
        }
    }

    private void multiply(int count, int length, int columns, float[] g, int go, int ldg) {
        for (int j = 0; j < count;) {
            int rows = Products.nextTile(count - j, tile);
            int to = go + j * ldg;
            if (columns == width) {
                kernels.product(4, rows, left, j * Kernels.ROW, right, rightStart, length, g, to, ldg, g, to, ldg);
            } else {
                Arrays.fill(edge, 0f);
                kernels.product(4, rows, left, j * Kernels.ROW, right, rightStart, length, edge, 0, width, edge, 0,
                        width);
                for (int r = 0; r < rows; r++) {
                    for (int c = 0; c < columns; c++) {
                        g[to + r * ldg + c] += edge[r * width + c];
                    }
                }
            }
            j += rows;
        }
    }
}
