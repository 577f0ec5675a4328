package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.memory.Region;

/**
 * Sees everything that orders threads or touches memory: where a race detector hooks in. Called in the order in which things
 * happen; on one thread. Whoever looks at accesses only leaves the rest as it is.
 */
public interface Observer {

    /**
     * An access that was found legal, just before it happens.
     *
     * @param warp who
     * @param op the instruction
     * @param region what is touched, never generic
     * @param lanes the threads that do
     * @param offsets of each lane, in the region
     * @param access how
     */
    void access(Warp warp, Op op, Region region, int lanes, int[] offsets, Access access);

    /**
     * Threads arrive at a barrier of their block.
     *
     * @param warp who
     * @param op the instruction
     * @param lanes the threads
     * @param barrier its number
     * @param wait whether they wait there
     */
    default void arrive(Warp warp, Op op, int lanes, int barrier, boolean wait) {
    }

    /**
     * A barrier opens.
     *
     * @param cta the block
     * @param barrier its number
     */
    default void open(Cta cta, int barrier) {
    }

    /**
     * Threads of a warp have met ({@code bar.warp.sync}). Shuffles and votes do not order memory and are not reported here.
     *
     * @param warp who
     * @param lanes the threads
     */
    default void warpSync(Warp warp, int lanes) {
    }

    /**
     * A fence.
     *
     * @param warp who
     * @param op the instruction
     * @param lanes the threads
     * @param order acquire-release or sequential
     * @param scope its scope
     */
    default void fence(Warp warp, Op op, int lanes, Access.Order order, Access.Scope scope) {
    }

    /**
     * A thread's wait has completed one of its asynchronous copies; {@link #access} saw its read and its write when the copy
     * was issued.
     *
     * @param warp whose
     * @param copy the copy
     */
    default void copied(Warp warp, AsyncCopy copy) {
    }

    /**
     * Threads end.
     *
     * @param warp who
     * @param lanes the threads
     */
    default void exit(Warp warp, int lanes) {
    }

    /**
     * Threads arrive at the barrier of their cluster ({@code barrier.cluster.arrive}).
     *
     * @param warp who
     * @param op the instruction
     * @param lanes the threads
     * @param release whether what precedes happens before what follows the others' waits; false for {@code .relaxed}
     */
    default void clusterArrive(Warp warp, Op op, int lanes, boolean release) {
    }

    /**
     * The barrier of a cluster opens.
     *
     * @param cluster the cluster
     */
    default void clusterOpen(Cluster cluster) {
    }

    /**
     * Threads go on after {@code barrier.cluster.wait}, which acquires.
     *
     * @param warp who
     * @param lanes the threads
     */
    default void clusterWait(Warp warp, int lanes) {
    }
}
