package dev.gateloom.ptx.race;

/**
 * Weak readers of the cells of a page, for each cell those of one block that stand at one epoch, by warp: what the barriers of
 * blocks make of most readers of shared memory.
 */
final class BlockReaders {
    final int warps;
    /** By cell: epoch and first thread of the block; 0 for nobody. */
    private final long[] stamps;
    /** By cell and warp. */
    private final int[] lanes;
    private final int[] marks;

    BlockReaders(int cells, int warps) {
        this.warps = warps;
        stamps = new long[cells];
        lanes = new int[cells * warps];
        marks = new int[cells * warps];
    }

    /** For a page whose cells are halved. */
    BlockReaders halves() {
        BlockReaders split = new BlockReaders(2 * stamps.length, warps);
        for (int cell = 0; cell < split.stamps.length; cell++) {
            split.stamps[cell] = stamps[cell / 2];
            System.arraycopy(lanes, cell / 2 * warps, split.lanes, cell * warps, warps);
            System.arraycopy(marks, cell / 2 * warps, split.marks, cell * warps, warps);
        }
        return split;
    }

    long stamp(int cell) {
        return stamps[cell];
    }

    int lanes(int cell, int warp) {
        return lanes[cell * warps + warp];
    }

    int marks(int cell, int warp) {
        return marks[cell * warps + warp];
    }

    /** Adds lanes of a warp if the others are of the same block and epoch. Returns whether they are. */
    boolean add(int cell, long stamp, int warp, int who, int how) {
        if (stamps[cell] != stamp) {
            return false;
        }
        int place = cell * warps + warp;
        if (lanes[place] == 0) {
            marks[place] = how;
        }
        lanes[place] |= who;
        return true;
    }

    /** Nobody of another block or epoch any more. */
    void start(int cell, long stamp) {
        stamps[cell] = stamp;
        for (int place = cell * warps; place < (cell + 1) * warps; place++) {
            lanes[place] = 0;
        }
    }

    void clear(int cell) {
        stamps[cell] = 0;
    }
}
