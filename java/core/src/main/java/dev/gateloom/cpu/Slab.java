package dev.gateloom.cpu;

/**
 * Memory for packed weights that starts on cache lines. A load of 64 bytes that touches two lines costs twice, and a
 * product of a single row is bound by its loads: 13 against 8 µs for a step of an LSTM with 128 units. Java aligns objects
 * to 8 bytes, but G1 gives an array of more than half a region regions of its own; there its values start 16 bytes after a line.
 * So small pieces are cut from large arrays. Under other collectors nothing is lost but the alignment.
 */
final class Slab {
    /** More than half of a region for heaps up to 8 GB: 4 MB. */
    private static final int FLOATS = 1 << 20;
    /** From the first value of an array to the first cache line, with a header of 16 bytes. */
    private static final int FIRST = 12;
    /** Floats of a cache line. */
    private static final int LINE = 16;

    private static Slab current = new Slab(0);

    private final float[] data;
    private int used = FIRST;

    private Slab(int size) {
        data = new float[size];
    }

    /**
     * A piece of memory, zero. The large array lives as long as any of its pieces.
     *
     * @param array the array it lies in
     * @param start its first index
     */
    record Piece(float[] array, int start) {
    }

    /** Cuts a piece. */
    static synchronized Piece cut(int size) {
        long whole = FIRST + (long) size;
        if (whole > FLOATS / 2) {
            return new Piece(new float[Math.toIntExact(whole)], FIRST);
        }
        if (current.used + size > current.data.length) {
            current = new Slab(FLOATS);
        }
        Piece piece = new Piece(current.data, current.used);
        current.used += Panels.round(size, LINE);
        return piece;
    }
}
