package dev.gateloom.cpu;

import dev.gateloom.spi.Call;

/**
 * One layer, all its directions: the recurrence, and the products on both sides of it. An implementation gets its
 * {@link LayerIo}s (one for each direction) and the {@link Kernels} when it is made, once for each plan, and allocates
 * everything then, for the plan's largest shape.
 *
 * <p>{@link #forward} and {@link #backward} are called by every thread of the gang at once, with ids 0 to size - 1.
 * Each divides the work by {@code id} and {@code gang.size()}, which may differ from call to call, and calls
 * {@code gang.barrier()} where it needs what others computed; all threads must make the same calls of barrier. What the
 * {@link LayerIo} holds is visible on entry; after the return the plan itself calls the barrier. Bits must not depend on
 * the division: give every output element to one thread, and sum in an order that only the shape decides. Nothing is allocated.
 */
abstract class LayerCell {
    final Kernels kernels;
    final LayerIo[] io;

    LayerCell(Kernels kernels, LayerIo[] io) {
        this.kernels = kernels;
        this.io = io;
    }

    /**
     * Called by the calling thread before each forward: packs weights if they changed.
     *
     * @param call the arguments
     * @param team to pack with; no task of this plan is running
     */
    abstract void prepare(Call call, Team team);

    /** Whether n threads call the barrier after each step: not if each takes sequences of its own. Asked after prepare. */
    boolean waitsEachStep(int n) {
        return false;
    }

    /** Computes output and cN; in training keeps what backward needs. */
    abstract void forward(int id, Gang gang);

    /** Computes dInput (the sum over the directions), dh, dc, and adds to the gradients. What is not wanted is skipped. */
    abstract void backward(int id, Gang gang);

    /** First of {@code count} items of thread {@code id} of n. The items of id end where those of id + 1 begin. */
    static int share(int count, int id, int n) {
        return (int) ((long) count * id / n);
    }
}
