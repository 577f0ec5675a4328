package dev.gateloom.cpu;

/**
 * The right operand of a product, packed for the tiles: panels of n·V columns, each {@code [k][n·V]}, one after the
 * other. Columns past the last one are zeros.
 */
final class Panels {
    /** Floats of a cache line. */
    private static final int LINE = 16;

    /** Vectors of a panel, 3 or 4. */
    final int n;
    /** Rows: the length of the sums. */
    final int k;
    /** Columns of a panel, n·V. */
    final int width;
    final int count;
    final float[] data;
    private final int start;

    Panels(Kernels kernels, int n, int k, int columns) {
        this.n = n;
        this.k = k;
        width = n * kernels.lanes;
        count = round(columns, width) / width;
        Slab.Piece piece = Slab.cut(Math.toIntExact((long) count * k * width));
        data = piece.array();
        start = piece.start();
    }

    /** All panels together. */
    int floats() {
        return count * k * width;
    }

    /** Where a panel starts. */
    int at(int panel) {
        return start + panel * k * width;
    }

    /**
     * A row stride for at least so many floats: an odd number of cache lines. Rows a power of two apart would all fall
     * into the same few sets of a cache.
     */
    static int stride(int floats) {
        return ((floats + LINE - 1) / LINE | 1) * LINE;
    }

    /** The next multiple. */
    static int round(int size, int multiple) {
        return (size + multiple - 1) / multiple * multiple;
    }
}
