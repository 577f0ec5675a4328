package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Region;
import dev.gateloom.ptx.parse.Space;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A block of threads: its shared memory, its warps, its barriers. */
public final class Cta {
    private static final int BARRIERS = 16;

    private final Grid grid;
    private final Cluster cluster;
    private final int rank;
    private final Region shared;
    private final Warp[] warps;
    /** By number; null for one that nobody has used. */
    private final Barrier[] barriers = new Barrier[BARRIERS];
    private final int slot;
    private final int multiprocessor;
    private final int threads;
    private long number;
    private int exited;

    /** Threads of a warp that wait at an instruction. */
    private record Waiting(Warp warp, BarrierOp op, int lanes) {
    }

    /** Who has arrived at a barrier. */
    static final class Barrier {
        final int number;
        private final List<Waiting> waiting = new ArrayList<>();
        int arrived;
        int expected;
        /** Of {@code bar.red}: threads whose predicate was true, and all threads that brought one. */
        int yes;
        int voters;

        Barrier(int number) {
            this.number = number;
        }

        void clear() {
            waiting.clear();
            arrived = 0;
            expected = 0;
            yes = 0;
            voters = 0;
        }
    }

    Cta(Grid grid, Cluster cluster, int rank, int slot) {
        this.grid = grid;
        this.slot = slot;
        this.cluster = cluster;
        this.rank = rank;
        multiprocessor = slot % grid.policy().multiprocessors();
        threads = grid.geometry().threads();
        shared = new Region(Space.SHARED, Region.SHARED_WINDOW,
                grid.code().staticShared() + grid.geometry().dynamicShared(), grid.policy().checkInitialised(),
                "shared memory");
        warps = new Warp[(threads + Warp.LANES - 1) / Warp.LANES];
        for (int i = 0; i < warps.length; i++) {
            warps[i] = new Warp(this, i, threads - i * Warp.LANES);
        }
    }

    /** Becomes a block that has not run yet. */
    void start(long block) {
        number = block;
        exited = 0;
        shared.reset();
        Arrays.fill(barriers, null);
        for (Warp warp : warps) {
            warp.start();
        }
    }

    /**
     * The grid.
     *
     * @return the launch it belongs to
     */
    public Grid grid() {
        return grid;
    }

    /**
     * The cluster.
     *
     * @return with this block in it; often alone
     */
    public Cluster cluster() {
        return cluster;
    }

    /**
     * Its number in the cluster.
     *
     * @return x fastest
     */
    public int rank() {
        return rank;
    }

    /**
     * Its place in the grid.
     *
     * @param axis 0 for x, 1 for y, 2 for z
     * @return from 0
     */
    public int index(int axis) {
        Geometry shape = grid.geometry();
        return (int) switch (axis) {
            case 0 -> number % shape.gridX();
            case 1 -> number / shape.gridX() % shape.gridY();
            default -> number / shape.gridX() / shape.gridY();
        };
    }

    /**
     * Its number in the grid.
     *
     * @return x fastest
     */
    public long number() {
        return number;
    }

    /**
     * Its place on the device: blocks that run at the same time have different ones, and one that ends leaves it to the next.
     *
     * @return from 0
     */
    public int slot() {
        return slot;
    }

    /**
     * Whether a piece of shared memory is its own, and not another block's of the cluster.
     *
     * @param region the piece
     * @return true if it is
     */
    public boolean owns(Region region) {
        return region == shared;
    }

    Region shared() {
        return shared;
    }

    Warp[] warps() {
        return warps;
    }

    int multiprocessor() {
        return multiprocessor;
    }

    boolean done() {
        return exited == threads;
    }

    int liveThreads() {
        return threads - exited;
    }

    Barrier barrier(int number, Op op) {
        if (number < 0 || number >= BARRIERS) {
            throw KernelFault.failed("Barrier error detected. Invalid arguments at " + op.where() + ": barrier " + number
                    + ", there are 0 to " + (BARRIERS - 1));
        }
        if (barriers[number] == null) {
            barriers[number] = new Barrier(number);
        }
        return barriers[number];
    }

    /**
     * Threads arrive. Where a number of threads is given, a warp counts as 32 even if it has fewer or some of them have ended.
     *
     * @param count threads that the barrier is for; 0 for all of the block
     * @param wait whether they wait
     */
    void arrive(Warp warp, BarrierOp op, int lanes, Barrier barrier, int count, boolean wait) {
        if (count % Warp.LANES != 0) {
            throw KernelFault.failed("Barrier error detected. Invalid arguments at " + op.where() + ": " + count
                    + " threads, expected a multiple of " + Warp.LANES);
        }
        if (barrier.arrived > 0 && barrier.expected != count) {
            throw KernelFault.failed("Barrier error detected. Invalid arguments at " + op.where() + ": barrier "
                    + barrier.number + " is in use for " + barrier.expected + " threads, not for " + count);
        }
        barrier.expected = count;
        boolean wholeWarp = lanes == warp.live();
        barrier.arrived += wholeWarp && count != 0 ? Warp.LANES : Integer.bitCount(lanes);
        if (grid.observer() != null) {
            grid.observer().arrive(warp, op, lanes, barrier.number, wait);
        }
        if (wait) {
            barrier.waiting.add(new Waiting(warp, op, lanes));
            warp.block(lanes);
        }
        openIfComplete(barrier);
    }

    void exited(Warp warp, int lanes) {
        exited += Integer.bitCount(lanes);
        if (grid.observer() != null) {
            grid.observer().exit(warp, lanes);
        }
        for (Barrier barrier : barriers) {
            if (barrier != null) {
                openIfComplete(barrier);
            }
        }
        cluster.exited(warp, lanes);
    }

    private void openIfComplete(Barrier barrier) {
        int expected = barrier.expected == 0 ? threads - exited : barrier.expected;
        if (barrier.arrived == 0 || barrier.arrived < expected) {
            return;
        }
        if (grid.observer() != null) {
            grid.observer().open(this, barrier.number);
        }
        for (Waiting threads : barrier.waiting) {
            if (barrier.expected == 0 && exited > 0) {
                grid.findings().add("barrier", threads.op, "Barrier error detected. Divergent thread(s) in block at "
                        + threads.op.where() + ": " + exited + " thread(s) of block (" + index(0) + "," + index(1) + ","
                        + index(2) + ") have ended and never arrive");
            }
            threads.op.opened(threads.warp, threads.lanes, barrier);
            threads.warp.release(threads.lanes);
            grid.wake(threads.warp);
        }
        barrier.clear();
    }
}
