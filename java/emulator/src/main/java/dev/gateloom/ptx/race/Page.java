package dev.gateloom.ptx.race;

import java.util.Arrays;

/**
 * What is remembered of a piece of memory: for each cell the last weak write and the weak reads since then, by stamp and marks, and
 * what strong accesses leave ({@link Flag}). Of reads one is enough until another one comes that need not happen after it.
 *
 * <p>A cell is a word until somebody touches less; then the cells of the page are split.
 */
final class Page {
    static final int BITS = 10;
    static final int MASK = (1 << BITS) - 1;
    private static final int WORD_SHIFT = 2;

    private static final int SEVERAL = -1;

    /** log2 of the bytes of a cell. */
    int shift = WORD_SHIFT;
    /** By a thread's stamp. */
    long[] writes;
    int[] writeMarks;
    /** By a warp's stamp and its lanes. */
    long[] reads;
    int[] readLanes;
    int[] readMarks;
    /** Other readers: of the same block and epoch, and any; null where there never were any. */
    BlockReaders blockReaders;
    Readers[] readers;
    /** Where there were strong accesses; null if nowhere. */
    private Flag[] flags;
    /** Reads through the read-only path, by stamp; null if there was none. */
    long[] readOnly;
    int[] readOnlyMarks;
    /** Work of streams that wrote and read; null as long as there is one stream. */
    Task[] writers;
    Task.ReadBy[] taskReaders;
    /** The latest epoch of a write, and the block that wrote. Copies, which may be pending, count as several blocks. */
    private int latest;
    private int block;

    Page() {
        int cells = 1 << BITS - WORD_SHIFT;
        writes = new long[cells];
        writeMarks = new int[cells];
        reads = new long[cells];
        readLanes = new int[cells];
        readMarks = new int[cells];
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

    /** Notes a write by a block. */
    void written(int writer, int epoch, int oldest) {
        block = latest < oldest || block == writer ? writer : SEVERAL;
        latest = Math.max(latest, epoch);
    }

    /** Makes cells small enough for accesses of some size, a power of 2. */
    void fit(int bytes) {
        while (bytes < 1 << shift) {
            writes = halves(writes);
            writeMarks = halves(writeMarks);
            reads = halves(reads);
            readLanes = halves(readLanes);
            readMarks = halves(readMarks);
            readOnly = readOnly == null ? null : halves(readOnly);
            readOnlyMarks = readOnlyMarks == null ? null : halves(readOnlyMarks);
            writers = writers == null ? null : halves(writers);
            taskReaders = taskReaders == null ? null : halves(taskReaders);
            blockReaders = blockReaders == null ? null : blockReaders.halves();
            readers = readers == null ? null : halves(readers);
            flags = flags == null ? null : halves(flags);
            shift--;
            for (int odd = 1; odd < cells(); odd += 2) {
                if (readers != null && readers[odd] != null) {
                    readers[odd] = new Readers(readers[odd]);
                }
                if (flags != null && flags[odd] != null) {
                    flags[odd] = flags[odd].copy();
                }
            }
        }
    }

    /** Weak reads by lanes of a warp, one of which pushes out whoever has happened before it. */
    void read(int cell, long stamp, int lanes, int marks, WarpClocks warp, int one, int oldest) {
        if (reads[cell] == stamp) {
            readLanes[cell] |= lanes;
            return;
        }
        boolean pending = WarpClocks.thread(stamp) < 0;
        if (blockReaders != null && !pending && blockReaders.add(cell, warp.blockStamp(one), warp.index, lanes, marks)) {
            return;
        }
        if (WarpClocks.epoch(reads[cell]) < oldest || warp.isBefore(reads[cell], readLanes[cell], one)) {
            reads[cell] = stamp;
            readLanes[cell] = lanes;
            readMarks[cell] = marks;
        } else if (!pending && warp.inBlock(reads[cell]) && WarpClocks.epoch(reads[cell]) == WarpClocks.epoch(stamp)
                && makeBlockReaders(cell, warp, one, oldest)) {
            blockReaders.add(cell, warp.blockStamp(one), warp.index, lanes, marks);
        } else {
            readers = readers == null ? new Readers[cells()] : readers;
            readers[cell] = readers[cell] == null ? new Readers() : readers[cell];
            readers[cell].add(stamp, lanes, marks, warp, one, oldest);
        }
    }

    /** Makes room for readers of a block and epoch; false if others are there who have not happened before a lane. */
    private boolean makeBlockReaders(int cell, WarpClocks warp, int one, int oldest) {
        if (blockReaders == null || blockReaders.warps != warp.warps()) {
            blockReaders = new BlockReaders(cells(), warp.warps());     // of another launch, if they were for other blocks
        }
        long others = blockReaders.stamp(cell);
        if (WarpClocks.epoch(others) >= oldest && !warp.knowsAll(others, one)) {
            return false;
        }
        blockReaders.start(cell, warp.blockStamp(one));
        return true;
    }

    /** A weak write: whoever is ordered after it is ordered after what it was ordered after. */
    void write(int cell, long stamp, int marks, int writer, int oldest) {
        written(Marks.copy(marks) ? SEVERAL : writer, WarpClocks.epoch(stamp), oldest);
        writes[cell] = stamp;
        writeMarks[cell] = marks;
        reads[cell] = 0;
        if (blockReaders != null) {
            blockReaders.clear(cell);
        }
        if (readers != null && readers[cell] != null) {
            readers[cell].clear();
        }
        if (flags != null && flags[cell] != null) {
            flags[cell].overwrite();
        }
    }

    /** A thread has waited for its copy to a cell: a plain write from now on. */
    void completeWrite(int cell, long pending, long stamp) {
        if (writes[cell] == pending) {
            writes[cell] = stamp;
            writeMarks[cell] = Marks.complete(writeMarks[cell]);
        }
    }

    /** A thread has waited for its copy from a cell: a plain read from now on. */
    void completeRead(int cell, long pending, WarpClocks warp, int lane, int oldest) {
        int marks = Readers.NONE;
        if (reads[cell] == pending && (readLanes[cell] >>> lane & 1) != 0) {
            marks = readMarks[cell];
            readLanes[cell] &= ~(1 << lane);
        } else if (readers != null && readers[cell] != null) {
            marks = readers[cell].remove(pending, lane);
        }
        if (marks != Readers.NONE) {
            read(cell, warp.warpStamp(lane), 1 << lane, Marks.complete(marks), warp, lane, oldest);
        }
    }

    /** What strong accesses of a launch left at a cell; null if there was none. */
    Flag flag(int cell, int launch) {
        Flag flag = flags == null ? null : flags[cell];
        return flag != null && flag.launch == launch ? flag : null;
    }

    /** The same, made if there was none. */
    Flag raise(int cell, int launch) {
        if (flag(cell, launch) == null) {
            flags = flags == null ? new Flag[cells()] : flags;
            flags[cell] = new Flag(launch);
        }
        return flags[cell];
    }

    void readOnly(int cell, long stamp, int marks) {
        if (readOnly == null) {
            readOnly = new long[cells()];
            readOnlyMarks = new int[cells()];
        }
        readOnly[cell] = stamp;
        readOnlyMarks[cell] = marks;
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
