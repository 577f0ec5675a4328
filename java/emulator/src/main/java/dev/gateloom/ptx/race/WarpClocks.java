package dev.gateloom.ptx.race;

import java.util.Arrays;

/**
 * Where the threads of a warp stand. A thread's <em>epoch</em> counts its releases: what it does from one to the next has
 * the same epoch. Its <em>stamp</em>, epoch and number in the grid, is what a cell of memory remembers of an access.
 */
final class WarpClocks {
    private static final int LANES = 32;
    private static final int THREAD_BITS = 32;

    final int block;
    final int index;
    /** What each thread knows of the others. */
    final Clock[] clocks = new Clock[LANES];
    final int[] epochs = new int[LANES];

    /** Numbers in the grid of lane 0 of this warp and of the block's first thread. */
    private final int first;
    private final int blockFirst;
    private final int threads;
    /** What each thread knows of its own block, and whether it knows others: the answer to most questions. */
    private final Known[] own = new Known[LANES];
    private final boolean[] knowsOthers = new boolean[LANES];
    /** By level and lane, once there was a fence: what a strong write from now on tells. */
    private final Clock[][] fenced = new Clock[Published.LEVELS][];
    /** By level and lane: what strong reads have seen and a fence would make known. */
    private final Clock[][] seen = new Clock[Published.LEVELS][];

    WarpClocks(int block, int index, int threads, int epoch) {
        this.block = block;
        this.index = index;
        this.threads = threads;
        blockFirst = block * threads;
        first = blockFirst + index * LANES;
        Arrays.fill(clocks, Clock.ZERO);
        Arrays.fill(own, Known.NOTHING);
        Arrays.fill(epochs, epoch);
    }

    long stamp(int lane) {
        return (long) epochs[lane] << THREAD_BITS | first + lane;
    }

    /** The stamp of a copy that nobody has waited for: of no thread, so that it has happened before nobody's accesses. */
    static long pending(long stamp) {
        return stamp ^ 0xffffffffL;
    }

    static int thread(long stamp) {
        return (int) stamp;
    }

    static int epoch(long stamp) {
        return (int) (stamp >>> THREAD_BITS);
    }

    /** Whether an access has happened before what a lane does now. */
    boolean isBefore(long stamp, int lane) {
        int thread = (int) stamp;
        if (thread == first + lane) {
            return true;
        }
        int epoch = (int) (stamp >>> THREAD_BITS);
        int inBlock = thread - blockFirst;
        if (inBlock >= 0 && inBlock < threads) {
            return own[lane].covers(inBlock, epoch);
        }
        return knowsOthers[lane] && thread >= 0 && clocks[lane].covers(thread / threads, thread % threads, epoch);
    }

    /** Up to which epoch a lane knows all threads of its block. */
    int floor(int lane) {
        return own[lane].floor;
    }

    /** What a lane knows, its own past included. */
    Clock now(int lane) {
        return clocks[lane].join(block, Known.thread(index * LANES + lane, epochs[lane]));
    }

    void know(int lane, Clock clock) {
        know(1 << lane, clock, epochs[lane]);
    }

    /** Some lanes have met others: all know the same. */
    void know(int lanes, Clock clock, int epoch) {
        Known known = clock.of(block);
        boolean others = clock.reachesBeyond(block);
        for (int left = lanes; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            clocks[lane] = clock;
            own[lane] = known;
            knowsOthers[lane] = others;
            epochs[lane] = epoch;
        }
    }

    Clock fenced(int level, int lane) {
        return fenced[level] == null ? null : fenced[level][lane];
    }

    void fence(int level, int lane, Clock clock) {
        if (fenced[level] == null) {
            fenced[level] = new Clock[LANES];
        }
        fenced[level][lane] = clock;
    }

    void see(int level, int lane, Clock clock) {
        if (seen[level] == null) {
            seen[level] = new Clock[LANES];
            Arrays.fill(seen[level], Clock.ZERO);
        }
        seen[level][lane] = seen[level][lane].join(clock);
    }

    /** What a lane's strong reads have seen since its last fence that covers this level. */
    Clock takeSeen(int level, int lane) {
        if (seen[level] == null) {
            return Clock.ZERO;
        }
        Clock clock = seen[level][lane];
        seen[level][lane] = Clock.ZERO;
        return clock;
    }
}
