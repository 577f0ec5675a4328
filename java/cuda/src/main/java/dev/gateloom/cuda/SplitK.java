package dev.gateloom.cuda;

/**
 * How a product divides its sums over K among blocks where C has few tiles and K is long, as in the gradients of weights:
 * there K is all rows of all steps. The slices are added up in their order. The product's sizes alone decide: the same
 * bits on every GPU.
 */
final class SplitK {
    /** As many blocks as a large GPU has multiprocessors. */
    private static final int BLOCKS = 128;
    /** The least depth of a slice: a shorter one would save less time than adding it up takes. */
    private static final int LEAST_DEPTH = 256;
    /** Slices start where the kernels start a tile of k, or at 16 bytes of 16-bit elements. */
    private static final int STEP = 16;

    private SplitK() {
    }

    /** At most so many slices of each tile; a longer K has as many or more. */
    static int slices(long tiles, int k) {
        return (int) Math.max(1, Math.min((BLOCKS + tiles - 1) / tiles, k / LEAST_DEPTH));
    }

    /** How much of K a slice takes, so that there are at most so many. */
    static int depth(int k, int slices) {
        if (slices == 1) {
            return k;
        }
        int least = (k - 1) / slices + 1;
        return (least + STEP - 1) / STEP * STEP;
    }

    /** Slices of that depth in K. */
    static int count(int k, int depth) {
        return depth >= k ? 1 : (k - 1) / depth + 1;
    }

    /** Room for the slices of {@code C[M, N]}, in floats, for this K and every shorter one; 0 if it is not divided. */
    static long words(long tiles, int m, int n, int k) {
        int slices = slices(tiles, k);
        return slices == 1 ? 0 : (long) slices * m * n;
    }

    /**
     * Room for the slices of any product, whatever its sizes: only fewer than {@link #BLOCKS} tiles are divided, into less than twice
     * as many slices of tiles.
     *
     * @param tile elements of a tile of C
     */
    static long mostWords(int tile) {
        return 2L * BLOCKS * tile;
    }
}
