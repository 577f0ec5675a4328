package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.memory.Region;

/**
 * Sees everything that orders threads or touches memory: where a race detector hooks in. Called in the order in which things
 * happen; on one thread.
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
     */
    void arrive(Warp warp, Op op, int lanes, int barrier);

    /**
     * A barrier opens.
     *
     * @param cta the block
     * @param barrier its number
     */
    void open(Cta cta, int barrier);

    /**
     * Threads of a warp have met ({@code bar.warp.sync}). Shuffles and votes do not order memory and are not reported here.
     *
     * @param warp who
     * @param lanes the threads
     */
    void warpSync(Warp warp, int lanes);

    /**
     * A fence.
     *
     * @param warp who
     * @param op the instruction
     * @param lanes the threads
     * @param order acquire-release or sequential
     * @param scope its scope
     */
    void fence(Warp warp, Op op, int lanes, Access.Order order, Access.Scope scope);

    /**
     * Asynchronous copies are complete for these threads.
     *
     * @param warp who
     * @param op the wait
     * @param lanes the threads
     */
    void copiesDone(Warp warp, Op op, int lanes);

    /**
     * Threads end.
     *
     * @param warp who
     * @param lanes the threads
     */
    void exit(Warp warp, int lanes);

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
