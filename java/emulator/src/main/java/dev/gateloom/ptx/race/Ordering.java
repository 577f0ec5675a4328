package dev.gateloom.ptx.race;

import dev.gateloom.ptx.memory.Access;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * What happens before what in a launch: clocks of all threads, moved on by barriers, meetings of warps, fences, releases and
 * acquires.
 */
final class Ordering {
    private static final int BARRIERS = 16;

    private final int threads;
    private final int launch;
    private final IntUnaryOperator clusters;
    /** By number of the cluster: its barrier. */
    private final Map<Integer, ClusterBarrier> clusterBarriers = new HashMap<>();
    private int latest;
    /** The last join of clocks: threads that know the same and learn the same go on to share one. */
    private Clock knew = Clock.ZERO;
    private Clock learned = Clock.ZERO;
    private Clock knows = Clock.ZERO;
    /** By slot: the block that runs there. */
    private Block[] blocks = new Block[0];

    /** A block. */
    private static final class Block {
        final long number;
        final WarpClocks[] warps;
        final Gathering[] gatherings = new Gathering[BARRIERS];

        Block(long number, int threads, int start) {
            this.number = number;
            warps = new WarpClocks[(threads + 31) / 32];
            for (int i = 0; i < warps.length; i++) {
                warps[i] = new WarpClocks((int) number, i, threads, start);
            }
        }
    }

    /** Of a cluster: arrivals release, waits acquire. */
    private static final class ClusterBarrier {
        Clock arriving = Clock.ZERO;
        Clock opened = Clock.ZERO;
    }

    /**
     * A launch.
     *
     * @param threads of a block
     * @param launch its first epoch, later than all of earlier launches
     * @param clusters the cluster of a block
     */
    Ordering(int threads, int launch, IntUnaryOperator clusters) {
        this.threads = threads;
        this.launch = launch;
        this.clusters = clusters;
        latest = launch;
    }

    /** The last epoch that anybody has reached. */
    int latest() {
        return latest;
    }

    WarpClocks warp(int slot, long number, int index) {
        if (slot >= blocks.length) {
            blocks = java.util.Arrays.copyOf(blocks, Math.max(slot + 1, 2 * blocks.length));
        }
        Block block = blocks[slot];
        if (block == null || block.number != number) {
            block = new Block(number, threads, launch);
            blocks[slot] = block;
        }
        return block.warps[index];
    }

    void arrive(int slot, WarpClocks warp, int lanes, int barrier, boolean wait) {
        Block block = blocks[slot];
        if (block.gatherings[barrier] == null) {
            block.gatherings[barrier] = new Gathering(block.warps.length);
        }
        block.gatherings[barrier].add(warp, lanes, wait);
        reach(warp, lanes);
    }

    void open(int slot, int barrier) {
        Block block = blocks[slot];
        latest = Math.max(latest, block.gatherings[barrier].open(block.warps, (int) block.number, threads));
        block.gatherings[barrier] = null;
    }

    void meet(int slot, WarpClocks warp, int lanes) {
        Gathering gathering = new Gathering(blocks[slot].warps.length);
        gathering.add(warp, lanes, true);
        latest = Math.max(latest, gathering.open(blocks[slot].warps, warp.block, threads));
    }

    /** An arrival releases; a relaxed one tells what was known at the last fence that covers the cluster. */
    void clusterArrive(WarpClocks warp, int lanes, boolean release) {
        ClusterBarrier barrier = clusterBarriers.computeIfAbsent(cluster(warp.block), number -> new ClusterBarrier());
        int[] came = new int[warp.epochs.length];
        for (int left = lanes; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            if (release) {
                barrier.arriving = barrier.arriving.join(warp.clocks[lane]);
                came[lane] = warp.epochs[lane];
                warp.advance(lane);
            } else {
                barrier.arriving = barrier.arriving.join(warp.fenced(Published.CLUSTER, lane));
            }
        }
        barrier.arriving = release ? barrier.arriving.join(warp.block, Known.lanes(warp.index, came)) : barrier.arriving;
        reach(warp, lanes);
    }

    void clusterOpen(int cluster) {
        ClusterBarrier barrier = clusterBarriers.get(cluster);
        barrier.opened = barrier.arriving;
        barrier.arriving = Clock.ZERO;
    }

    void clusterWait(WarpClocks warp, int lanes) {
        ClusterBarrier barrier = clusterBarriers.get(cluster(warp.block));
        for (int left = lanes; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            learn(warp, lane, barrier.opened);
        }
    }

    /** Both halves of a fence: what was seen becomes known, what is known may be told. */
    void fence(WarpClocks warp, int lanes, Access.Scope scope) {
        int widest = Published.level(scope);
        for (int left = lanes; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            for (int level = 0; level <= widest; level++) {
                learn(warp, lane, warp.takeSeen(level, lane));
            }
            Clock now = warp.now(lane);
            for (int level = 0; level <= widest; level++) {
                warp.fence(level, lane, now);
            }
            warp.advance(lane);
        }
        reach(warp, lanes);
    }

    /** A lane has issued an asynchronous copy. */
    void issue(WarpClocks warp, int lane) {
        warp.issue(lane);
        latest = Math.max(latest, warp.epochs[lane]);
    }

    /** What a strong access learns and tells. */
    void access(WarpClocks warp, int lane, Access access, int marks, Flag flag) {
        boolean observes = access.reads() && flag.isObserved(warp.block, marks, this);
        boolean learns = access.kind() != Access.Kind.REDUCTION;
        if (access.reads() && learns) {
            read(warp, lane, access, observes ? flag.told() : null, flag);
        }
        if (access.writes()) {
            Published told = write(warp, lane, access, observes ? flag.told() : null, flag);
            flag.write(warp, lane, marks, observes, learns, told);
            if (releases(access)) {
                warp.advance(lane);
                latest = Math.max(latest, warp.epochs[lane]);
            }
        } else {
            flag.read(warp, lane, marks, observes);
        }
    }

    /**
     * A strong read. An acquire learns at once what the value tells, and what earlier reads of the place have seen; else the
     * next acquire of the place or the next fence does.
     */
    private void read(WarpClocks warp, int lane, Access access, Published told, Flag flag) {
        int widest = acquires(access) ? Published.level(access.scope()) : -1;
        int thread = warp.thread(lane);
        for (int level = 0; level < Published.LEVELS; level++) {
            Clock clock = told == null ? Clock.ZERO : told.told(level, warp.block, cluster(warp.block));
            if (level <= widest) {
                learn(warp, lane, clock);
                learn(warp, lane, flag.takeSeen(thread, level));
            } else if (clock != Clock.ZERO) {
                warp.see(level, lane, clock);
                flag.see(thread, level, clock);
            }
        }
    }

    /**
     * A strong write. It tells what is known now if it is a release, and what was known at the last fence and at the thread's
     * last release of the place; an update also what the value that it updates told. Returns null for nothing.
     */
    private Published write(WarpClocks warp, int lane, Access access, Published before, Flag flag) {
        int thread = warp.thread(lane);
        if (releases(access)) {
            flag.release(thread, Published.level(access.scope()), warp.now(lane));
        }
        Published told = before;
        for (int level = 0; level < Published.LEVELS; level++) {
            Clock clock = flag.released(thread, level).join(warp.fenced(level, lane));
            if (clock != Clock.ZERO) {
                told = told == null ? new Published() : told;
                told.add(level, warp.block, cluster(warp.block), clock);
            }
        }
        return told;
    }

    private static boolean acquires(Access access) {
        return access.order() == Access.Order.ACQUIRE || access.order() == Access.Order.ACQUIRE_RELEASE;
    }

    private static boolean releases(Access access) {
        return access.order() == Access.Order.RELEASE || access.order() == Access.Order.ACQUIRE_RELEASE;
    }

    private void learn(WarpClocks warp, int lane, Clock clock) {
        if (clock == Clock.ZERO) {
            return;
        }
        Clock known = warp.clocks[lane];
        if (known != knew || clock != learned) {
            knew = known;
            learned = clock;
            knows = known.join(clock);
        }
        if (knows != known) {
            warp.know(lane, knows);
        }
    }

    /** Whether two accesses of different threads are strong, of one size, and each one's scope includes the other thread. */
    boolean morallyStrong(int marks, int block, int otherMarks, int otherBlock) {
        if (!Marks.bothStrong(marks, otherMarks)) {
            return false;
        }
        int reach = Math.min(Marks.level(marks), Marks.level(otherMarks));
        return reach == Published.DEVICE || reach >= apart(block, otherBlock);
    }

    /** The narrowest scope that includes both of two blocks. */
    int apart(int block, int other) {
        return block == other ? Published.BLOCK : cluster(block) == cluster(other) ? Published.CLUSTER : Published.DEVICE;
    }

    private void reach(WarpClocks warp, int lanes) {
        for (int left = lanes; left != 0; left &= left - 1) {
            latest = Math.max(latest, warp.epochs[Integer.numberOfTrailingZeros(left)]);
        }
    }

    /** The cluster of a block. */
    int cluster(int block) {
        return clusters.applyAsInt(block);
    }
}
