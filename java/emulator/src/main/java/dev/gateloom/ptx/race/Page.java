package dev.gateloom.ptx.race;

import java.util.Arrays;

/**
 * What is remembered of a piece of memory: for each cell the last weak write and two of the weak reads since then, by
 * stamp and marks, and apart from them the last strong write and read. Strong ones must not push out weak ones: who races
 * with a weak access need not race with a strong one that came after it.
 *
 * <p>A cell is a word until somebody touches less; then the cells of the page are split. Of many readers that nothing
 * orders, two taken at random are kept: a write that races with any of them races with most, and never is a race reported
 * that is none.
 */
final class Page {
    static final int BITS = 10;
    static final int MASK = (1 << BITS) - 1;
    private static final int WORD_SHIFT = 2;

    private static final int SEVERAL = -1;

    /** The latest epoch of a write, and the block that wrote. Copies, which may be pending, count as several blocks. */
    private int latest;
    private int block;
    /** log2 of the bytes of a cell. */
    int shift = WORD_SHIFT;
    long[] writes;
    int[] writeMarks;
    long[] reads;
    int[] readMarks;
    long[] otherReads;
    int[] otherReadMarks;
    /** Strong accesses; null if there was none. */
    long[] strongWrites;
    int[] strongWriteMarks;
    long[] strongReads;
    int[] strongReadMarks;
    /** Reads through the read-only path; null if there was none. */
    long[] readOnly;
    int[] readOnlyMarks;
    /** What strong writes have told; null if there was none. */
    Published[] published;
    /** Work of streams that wrote and read; null as long as there is one stream. */
    Task[] writers;
    Task[] readers;

    Page() {
        int cells = 1 << BITS - WORD_SHIFT;
        writes = new long[cells];
        writeMarks = new int[cells];
        reads = new long[cells];
        readMarks = new int[cells];
        otherReads = new long[cells];
        otherReadMarks = new int[cells];
    }

    int cell(int offset) {
        return (offset & MASK) >> shift;
    }

    int cells() {
        return 1 << BITS - shift;
    }

    /** Whether all writes of this launch are from before what a block's thread does now, who knows its block up to a floor. */
    boolean isQuiet(int reader, int floor, int oldest) {
        return latest < oldest || block == reader && latest <= floor;
    }

    private void written(int writer, int epoch, int oldest) {
        block = latest < oldest || block == writer ? writer : SEVERAL;
        latest = Math.max(latest, epoch);
    }

    /** Makes cells small enough for accesses of some size, a power of 2. */
    void fit(int bytes) {
        while (bytes < 1 << shift) {
            writes = halves(writes);
            writeMarks = halves(writeMarks);
            reads = halves(reads);
            readMarks = halves(readMarks);
            otherReads = halves(otherReads);
            otherReadMarks = halves(otherReadMarks);
            if (strongWrites != null) {
                strongWrites = halves(strongWrites);
                strongWriteMarks = halves(strongWriteMarks);
                strongReads = halves(strongReads);
                strongReadMarks = halves(strongReadMarks);
            }
            readOnly = readOnly == null ? null : halves(readOnly);
            readOnlyMarks = readOnlyMarks == null ? null : halves(readOnlyMarks);
            published = published == null ? null : halves(published);
            writers = writers == null ? null : halves(writers);
            readers = readers == null ? null : halves(readers);
            shift--;
        }
    }

    /** A weak write: whoever is ordered after it is ordered after what it was ordered after. */
    void write(int cell, long stamp, int marks, int writer, int oldest) {
        written(Marks.copy(marks) ? SEVERAL : writer, WarpClocks.epoch(stamp), oldest);
        writes[cell] = stamp;
        writeMarks[cell] = marks;
        reads[cell] = 0;
        otherReads[cell] = 0;
        if (strongWrites != null) {
            strongWrites[cell] = 0;
            strongReads[cell] = 0;
        }
        if (published != null) {
            published[cell] = null;
        }
    }

    /** The copies of a thread to or from a cell have happened before what it does now. */
    void complete(int cell, long stamp) {
        int thread = WarpClocks.thread(WarpClocks.pending(stamp));
        if (WarpClocks.thread(writes[cell]) == thread) {
            writes[cell] = stamp;
            writeMarks[cell] = Marks.complete(writeMarks[cell]);
        }
        if (WarpClocks.thread(reads[cell]) == thread) {
            reads[cell] = stamp;
            readMarks[cell] = Marks.complete(readMarks[cell]);
        }
        if (WarpClocks.thread(otherReads[cell]) == thread) {
            otherReads[cell] = stamp;
            otherReadMarks[cell] = Marks.complete(otherReadMarks[cell]);
        }
    }

    void strong(int cell, boolean write, long stamp, int marks, int thread, int oldest) {
        if (write) {
            written(thread, WarpClocks.epoch(stamp), oldest);
        }
        if (strongWrites == null) {
            strongWrites = new long[cells()];
            strongWriteMarks = new int[cells()];
            strongReads = new long[cells()];
            strongReadMarks = new int[cells()];
        }
        (write ? strongWrites : strongReads)[cell] = stamp;
        (write ? strongWriteMarks : strongReadMarks)[cell] = marks;
    }

    void readOnly(int cell, long stamp, int marks) {
        if (readOnly == null) {
            readOnly = new long[cells()];
            readOnlyMarks = new int[cells()];
        }
        readOnly[cell] = stamp;
        readOnlyMarks[cell] = marks;
    }

    void publish(int cell, Published told) {
        if (published == null && told != null) {
            published = new Published[cells()];
        }
        if (published != null) {
            published[cell] = told;
        }
    }

    private static long[] halves(long[] cells) {
        long[] split = new long[2 * cells.length];
        for (int i = 0; i < split.length; i++) {
            split[i] = cells[i / 2];
        }
        return split;
    }

    private static int[] halves(int[] cells) {
        int[] split = new int[2 * cells.length];
        for (int i = 0; i < split.length; i++) {
            split[i] = cells[i / 2];
        }
        return split;
    }

    private static <T> T[] halves(T[] cells) {
        T[] split = Arrays.copyOf(cells, 2 * cells.length);             // the type of the array; its content comes now
        for (int i = 0; i < split.length; i++) {
            split[i] = cells[i / 2];
        }
        return split;
    }
}
