package dev.gateloom.ptx.race;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Where the threads of a warp stand. A thread's <em>epoch</em> counts its releases: what it does from one to the next has
 * the same epoch. Its <em>stamp</em>, epoch and number in the grid, is what a cell of memory remembers of an access. That of
 * its warp, with the number of lane 0, stands for several lanes of the same epoch.
 */
final class WarpClocks {
    private static final int LANES = 32;
    private static final int THREAD_BITS = 32;

    final int block;
    final int index;
    /** What each thread knows of the others. */
    final Clock[] clocks = new Clock[LANES];
    final int[] epochs = new int[LANES];
    /** By lane: epochs of asynchronous copies that it has not waited for, each of which has its own; null if there was none. */
    private ArrayDeque<Integer>[] copies;

    /** Numbers in the grid of lane 0 of this warp and of the block's first thread. */
    private final int first;
    private final int blockFirst;
    private final int threads;
    /** What each thread knows of its own block, and whether it knows others: the answer to most questions. */
    private final Known[] own = new Known[LANES];
    private final boolean[] knowsOthers = new boolean[LANES];
    /** By level and lane: what was known at the last fence, which a strong write from now on tells. */
    private final Clock[][] fenced = new Clock[Published.LEVELS][];
    /** By level and lane: what strong reads have seen since, which a fence would make known. */
    private final Clock[][] seen = new Clock[Published.LEVELS][];
    /** Some lanes that know the same and stand at the same epoch; 0 if nobody has looked since that changed. */
    private int alike;

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

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static ArrayDeque<Integer>[] queues() {
        return new ArrayDeque[LANES];
    }

    /** A lane's number in the grid. */
    int thread(int lane) {
        return first + lane;
    }

    long stamp(int lane) {
        return (long) epochs[lane] << THREAD_BITS | first + lane;
    }

    /** The stamp of the warp at a lane's epoch. */
    long warpStamp(int lane) {
        return (long) epochs[lane] << THREAD_BITS | first;
    }

    /** The stamp of the block at a lane's epoch. */
    long blockStamp(int lane) {
        return (long) epochs[lane] << THREAD_BITS | blockFirst;
    }

    /** The stamp of a copy that nobody has waited for: of no thread, so that it has happened before nobody's accesses. */
    static long pending(long stamp) {
        return stamp ^ 0xffffffffL;
    }

    /** A lane's later accesses are of another epoch. */
    void advance(int lane) {
        epochs[lane]++;
        alike = 0;
    }

    /** A lane has issued an asynchronous copy: none other is of this epoch. */
    void issue(int lane) {
        copies = copies == null ? queues() : copies;
        copies[lane] = copies[lane] == null ? new ArrayDeque<>() : copies[lane];
        copies[lane].add(epochs[lane]);
        advance(lane);
    }

    /** A lane has waited for its oldest copy: the epoch of that one's accesses. */
    int complete(int lane) {
        return copies[lane].remove();
    }

    /** The stamps that accesses of a lane's copy of some epoch have as long as it is pending: the lane's, its warp's. */
    long pendingStamp(int lane, int epoch) {
        return pending((long) epoch << THREAD_BITS | first + lane);
    }

    long pendingWarpStamp(int epoch) {
        return pending((long) epoch << THREAD_BITS | first);
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

    /** Whether what some lanes of a warp did at an epoch has happened before what a lane does now. */
    boolean isBefore(long warpStamp, int lanes, int lane) {
        int thread = (int) warpStamp;
        int others = thread == first ? lanes & ~(1 << lane) : lanes;
        if (others == 0) {
            return true;
        }
        int epoch = (int) (warpStamp >>> THREAD_BITS);
        int inBlock = thread - blockFirst;
        if (thread >= 0 && inBlock >= 0 && inBlock < threads) {
            return own[lane].covers(inBlock / LANES, others, epoch);
        }
        return thread >= 0 && knowsOthers[lane]
                && clocks[lane].of(thread / threads).covers(thread % threads / LANES, others, epoch);
    }

    /** Whether some lanes know the same and stand at the same epoch. */
    boolean alike(int lanes) {
        if ((lanes & ~alike) != 0) {
            int one = Integer.numberOfTrailingZeros(lanes);
            alike = 0;
            for (int lane = 0; lane < LANES; lane++) {
                alike |= clocks[lane] == clocks[one] && epochs[lane] == epochs[one] ? 1 << lane : 0;
            }
        }
        return (lanes & ~alike) == 0;
    }

    /** Whether a stamp is of a thread, a warp, or all of this block. */
    boolean inBlock(long stamp) {
        int thread = (int) stamp;
        return thread >= blockFirst && thread < blockFirst + threads;
    }

    /** Whether what anybody of a block did at an epoch has happened before what a lane does now; false if that takes a closer look. */
    boolean knowsAll(long blockStamp, int lane) {
        return (int) blockStamp == blockFirst && epoch(blockStamp) <= own[lane].floor;
    }

    /** Warps of the block. */
    int warps() {
        return (threads + LANES - 1) / LANES;
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
        alike = 0;
    }

    Clock fenced(int level, int lane) {
        return of(fenced, level)[lane];
    }

    void fence(int level, int lane, Clock clock) {
        of(fenced, level)[lane] = clock;
    }

    void see(int level, int lane, Clock clock) {
        Clock[] lanes = of(seen, level);
        lanes[lane] = lanes[lane].join(clock);
    }

    /** What a lane's strong reads have seen since its last fence that covers this level. */
    Clock takeSeen(int level, int lane) {
        Clock[] lanes = of(seen, level);
        Clock clock = lanes[lane];
        lanes[lane] = Clock.ZERO;
        return clock;
    }

    /** Lanes of a level, made when they are asked for. */
    private static Clock[] of(Clock[][] levels, int level) {
        if (levels[level] == null) {
            levels[level] = new Clock[LANES];
            Arrays.fill(levels[level], Clock.ZERO);
        }
        return levels[level];
    }
}
