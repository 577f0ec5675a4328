package dev.gateloom.ptx.race;

import java.util.Arrays;

/**
 * Weak readers of a cell of which none is known to have happened before another one, by warp and epoch. Of more than {@link #MOST}
 * any may be forgotten: a write that races with it races with most of the others.
 */
final class Readers {
    /** The marks of no read. */
    static final int NONE = -1;
    private static final int FEW = 4;
    private static final int MOST = 32;
    /** The golden ratio of 2^64: spreads stamps over the places. */
    private static final long SCATTER = 0x9e3779b97f4a7c15L;

    private long[] stamps = new long[FEW];
    private int[] lanes = new int[FEW];
    private int[] marks = new int[FEW];
    private int count;

    Readers() {
    }

    Readers(Readers other) {
        stamps = other.stamps.clone();
        lanes = other.lanes.clone();
        marks = other.marks.clone();
        count = other.count;
    }

    int count() {
        return count;
    }

    long stamp(int i) {
        return stamps[i];
    }

    int lanes(int i) {
        return lanes[i];
    }

    int marks(int i) {
        return marks[i];
    }

    void clear() {
        count = 0;
    }

    /**
     * Adds readers, one of whom pushes out whoever has happened before it.
     *
     * @param one of their lanes
     * @param oldest epoch of the launch
     */
    void add(long stamp, int who, int how, WarpClocks warp, int one, int oldest) {
        int place = count;
        for (int i = 0; i < count; i++) {
            if (stamps[i] == stamp) {
                lanes[i] |= who;
                return;
            }
            if (place == count && (WarpClocks.epoch(stamps[i]) < oldest || warp.isBefore(stamps[i], lanes[i], one))) {
                place = i;
            }
        }
        if (place == MOST) {
            place = (int) (stamp * SCATTER >>> Long.SIZE - Integer.numberOfTrailingZeros(MOST));
        } else if (place == count) {
            if (count == stamps.length) {
                stamps = Arrays.copyOf(stamps, 2 * count);
                lanes = Arrays.copyOf(lanes, 2 * count);
                marks = Arrays.copyOf(marks, 2 * count);
            }
            count++;
        }
        stamps[place] = stamp;
        lanes[place] = who;
        marks[place] = how;
    }

    /** Takes a lane out of readers with a stamp. Returns how it read, {@link #NONE} if it is not among them. */
    int remove(long stamp, int lane) {
        for (int i = 0; i < count; i++) {
            if (stamps[i] == stamp && (lanes[i] >>> lane & 1) != 0) {
                lanes[i] &= ~(1 << lane);
                return marks[i];
            }
        }
        return NONE;
    }
}
