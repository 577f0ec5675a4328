package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Region;

/**
 * Blocks that run at the same time, see each other's shared memory and wait for each other. Every block is in one; without
 * {@code .reqnctapercluster} it is alone there.
 *
 * <p>Addresses of {@code .shared::cluster} are {@code (rank + 1) << 24 | offset}; those of a block's own shared memory, plain offsets, are
 * among them.
 */
public final class Cluster {
    /** Bits of an offset in the shared memory of one block. */
    static final int WINDOW_BITS = 24;

    private final Grid grid;
    private final int[] shape;
    private final Cta[] ctas;
    /** Threads that have arrived at the barrier and not left it. */
    private int arrived;

    Cluster(Grid grid, int slot) {
        this.grid = grid;
        shape = grid.clusterShape();
        ctas = new Cta[shape[0] * shape[1] * shape[2]];
        for (int rank = 0; rank < ctas.length; rank++) {
            ctas[rank] = new Cta(grid, this, rank, slot * ctas.length + rank);
        }
    }

    /** Becomes a cluster that has not run yet: clusters count through the grid as blocks do, x fastest. */
    void start(long number) {
        Geometry grid = this.grid.geometry();
        long across = grid.gridX() / shape[0];
        long down = grid.gridY() / shape[1];
        arrived = 0;
        for (int rank = 0; rank < ctas.length; rank++) {
            long x = number % across * shape[0] + rank % shape[0];
            long y = number / across % down * shape[1] + rank / shape[0] % shape[1];
            long z = number / across / down * shape[2] + rank / shape[0] / shape[1];
            ctas[rank].start(x + grid.gridX() * (y + grid.gridY() * z));
        }
    }

    /**
     * Its blocks.
     *
     * @return by rank; do not change it
     */
    public Cta[] ctas() {
        return ctas;
    }

    /** Blocks along an axis. */
    int size(int axis) {
        return shape[axis];
    }

    boolean done() {
        for (Cta cta : ctas) {
            if (!cta.done()) {
                return false;
            }
        }
        return true;
    }

    /** The start of the window that holds an address. */
    static long windowOf(long address) {
        return address >>> WINDOW_BITS << WINDOW_BITS;
    }

    /** The shared memory that an address means to a block; null if it belongs to no block, or to one that has ended. */
    Region shared(long address, Cta own) {
        long rank = (address >>> WINDOW_BITS) - 1;
        if (rank < 0) {
            return own.shared();
        }
        return rank < ctas.length && !ctas[(int) rank].done() ? ctas[(int) rank].shared() : null;
    }

    /** {@code mapa}: where a place in shared memory lies in the block of a rank. */
    static long map(long address, int rank) {
        return address & (1L << WINDOW_BITS) - 1 | rank + 1L << WINDOW_BITS;
    }

    /** Threads arrive at {@code barrier.cluster}. */
    void arrive(Warp warp, Op op, int lanes, boolean release) {
        int twice = lanes & (warp.clusterArrived | warp.clusterPassed);
        if (twice != 0) {
            throw KernelFault.failed("Barrier error detected. Invalid arrival at " + op.where() + ": "
                    + warp.threadName(Integer.numberOfTrailingZeros(twice)) + " has arrived and not waited since");
        }
        if (grid.observer() != null) {
            grid.observer().clusterArrive(warp, op, lanes, release);
        }
        warp.clusterArrived |= lanes;
        arrived += Integer.bitCount(lanes);
        openIfComplete();
    }

    /** Threads wait until all that have not ended have arrived. */
    void await(Warp warp, Op op, int lanes) {
        int early = lanes & ~(warp.clusterArrived | warp.clusterPassed);
        if (early != 0) {
            throw KernelFault.failed("Barrier error detected. Invalid wait at " + op.where() + ": "
                    + warp.threadName(Integer.numberOfTrailingZeros(early)) + " has not arrived at the barrier of its cluster");
        }
        int passed = lanes & warp.clusterPassed;
        if (passed != 0) {
            warp.clusterPassed &= ~passed;
            goOn(warp, passed);
        }
        if (lanes != passed) {
            warp.clusterWaiting |= lanes & ~passed;
            warp.block(lanes & ~passed);
        }
    }

    /** Threads that have ended need not arrive. */
    void exited(Warp warp, int lanes) {
        int gone = lanes & warp.clusterArrived;
        warp.clusterArrived &= ~gone;
        arrived -= Integer.bitCount(gone);
        openIfComplete();
    }

    private void openIfComplete() {
        int expected = 0;
        for (Cta cta : ctas) {
            expected += cta.liveThreads();
        }
        if (arrived == 0 || arrived < expected) {
            return;
        }
        if (grid.observer() != null) {
            grid.observer().clusterOpen(this);
        }
        arrived = 0;
        for (Cta cta : ctas) {
            for (Warp warp : cta.warps()) {
                int waiting = warp.clusterWaiting;
                warp.clusterPassed = warp.clusterArrived & ~waiting;
                warp.clusterArrived = 0;
                warp.clusterWaiting = 0;
                if (waiting != 0) {
                    goOn(warp, waiting);
                    warp.release(waiting);
                    grid.wake(warp);
                }
            }
        }
    }

    private void goOn(Warp warp, int lanes) {
        if (grid.observer() != null) {
            grid.observer().clusterWait(warp, lanes);
        }
    }
}
