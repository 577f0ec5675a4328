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
            Clock fenced = warp.fenced(Published.CLUSTER, lane);
            if (release) {
                barrier.arriving = barrier.arriving.join(warp.clocks[lane]);
                came[lane] = warp.epochs[lane]++;
            } else if (fenced != null) {
                barrier.arriving = barrier.arriving.join(fenced);
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
            warp.know(lane, warp.clocks[lane].join(barrier.opened));
        }
    }

    /** Both halves of a fence: what was seen becomes known, what is known may be told. */
    void fence(WarpClocks warp, int lanes, Access.Scope scope) {
        int widest = Published.level(scope);
        for (int left = lanes; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            learn(warp, lane, widest);
            Clock now = warp.now(lane);
            for (int level = 0; level <= widest; level++) {
                warp.fence(level, lane, now);
            }
            warp.epochs[lane]++;
        }
        reach(warp, lanes);
    }

    /** A strong read: what it sees is known at once after an acquire, else after the next fence. */
    void read(WarpClocks warp, int lane, Access access, Published told) {
        if (told == null || told.launch != launch) {
            return;
        }
        int widest = Published.level(access.scope());
        for (int level = 0; level <= widest; level++) {
            warp.see(level, lane, told.told(level, warp.block, cluster(warp.block)));
        }
        if (access.order() == Access.Order.ACQUIRE || access.order() == Access.Order.ACQUIRE_RELEASE) {
            for (int level = 0; level <= widest; level++) {
                warp.know(lane, warp.clocks[lane].join(told.told(level, warp.block, cluster(warp.block))));
            }
        }
    }

    /**
     * A strong write: tells what is known now if it is a release, else what was known at the last fence. An atomic
     * update passes on what was told before.
     */
    Published write(WarpClocks warp, int lane, Access access, Published before) {
        boolean release = access.order() == Access.Order.RELEASE || access.order() == Access.Order.ACQUIRE_RELEASE;
        boolean passesOn = access.kind() == Access.Kind.ATOMIC && before != null && before.launch == launch;
        Published told = passesOn ? before : null;
        Clock now = release ? warp.now(lane) : null;
        for (int level = 0; level <= Published.level(access.scope()); level++) {
            Clock clock = release ? now : warp.fenced(level, lane);
            if (clock != null) {
                told = told == null ? new Published(launch) : told;
                told.add(level, warp.block, cluster(warp.block), clock);
            }
        }
        if (release) {
            latest = Math.max(latest, ++warp.epochs[lane]);
        }
        return told;
    }

    private void learn(WarpClocks warp, int lane, int widest) {
        Clock clock = warp.clocks[lane];
        for (int level = 0; level <= widest; level++) {
            clock = clock.join(warp.takeSeen(level, lane));
        }
        warp.know(lane, clock);
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
