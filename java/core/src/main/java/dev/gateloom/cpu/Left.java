package dev.gateloom.cpu;

/**
 * The left operand of {@link Products}, copied block by block: {@code [block of k][row][Kernels.ROW]}. Rows of a block lie
 * a constant distance apart, so the tiles need one index for all of them; with a stride that is known only at run time
 * each row of a tile costs two more instructions for each k, about a tenth of the speed. One object for each thread.
 */
final class Left {
    /** Length of a block of the sums, or two more: a panel's block of 128 · 64 floats (32 KB) stays in the first-level cache. */
    private static final int K_BLOCK = 128;
    /** Floats to aim at (1 MB): they stay in the second-level cache while all panels pass. */
    private static final int FLOATS = 1 << 18;
    private static final int LEAST_ROWS = 24;

    final float[] data;
    private int rows;
    private int k;
    private int blocks;

    /**
     * Allocates.
     *
     * @param longest the longest sums
     * @param mostRows the most rows that are ever loaded at once
     */
    Left(int longest, int mostRows) {
        int row = blocks(longest) * Kernels.ROW;
        int most = Math.max(FLOATS, Math.multiplyExact(LEAST_ROWS, row));
        data = new float[(int) Math.min(most, (long) row * mostRows)];
    }

    /** Rows with sums of length k that can be loaded at once. */
    int capacity(int k) {
        return data.length / (blocks(k) * Kernels.ROW);
    }

    /** Copies {@code A[rows, k]}. */
    void load(float[] a, int ao, int lda, int newRows, int newK) {
        rows = newRows;
        k = newK;
        blocks = blocks(newK);
        for (int b = 0; b < blocks; b++) {
            for (int r = 0; r < rows; r++) {
                System.arraycopy(a, ao + r * lda + start(b), data, at(b, r), length(b));
            }
        }
    }

    int rows() {
        return rows;
    }

    /** Blocks of k. */
    int blocks() {
        return blocks;
    }

    /** First k of a block. All blocks but the last have even lengths, as the tiles like them. */
    int start(int block) {
        return block == blocks ? k : k * block / blocks & -2;
    }

    int length(int block) {
        return start(block + 1) - start(block);
    }

    /** Where a row of a block starts. */
    int at(int block, int row) {
        return (block * rows + row) * Kernels.ROW;
    }

    /** At least one, since a product without sums still moves S to C. */
    private static int blocks(int k) {
        return Math.max(1, (k + K_BLOCK - 1) / K_BLOCK);
    }
}
