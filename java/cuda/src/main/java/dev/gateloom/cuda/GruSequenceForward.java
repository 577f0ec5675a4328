package dev.gateloom.cuda;

import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Launches {@code gru_sequence_forward.cu} or, in 16 bits, {@code gru_sequence_mma.cuh}: all steps of a layer. For one thread at a time. */
final class GruSequenceForward extends SequenceLauncher {

    GruSequenceForward(Kernel kernel, Partition partition, Exchange exchange) {
        super(kernel, partition, exchange);
    }

    /**
     * All steps of a direction. False if the device refused; then nothing has run.
     *
     * @param xs {@code [T, B, 3H]}: products with the input in, activated r, z, n out
     * @param hs {@code [T, B, 3H]}: the third part of the products with the state, out; not used unless keep
     * @param h {@code [T+1, B, H]}, the initial state in its slot
     * @param y {@code [T, B, ldy]}, at the direction's columns
     * @param weightHh {@code [3H, H]}; in 16 bits for a kernel that computes in them
     * @param biasHh {@code [3H]}; 0 for zeros
     * @param lengths {@code [B]}
     * @param keep whether a backward will want xs and hs
     */
    boolean launch(Stream stream, long xs, long hs, long h, long y, long weightHh, long biasHh, long lengths, int steps,
            int batch, int hiddenSize, int ldy, boolean reverse, boolean keep) {
        first(xs, hs, h, y, weightHh, biasHh, lengths, steps, batch, hiddenSize, ldy, reverse, keep);
        noSecond(5);
        return launch(stream, batch);
    }

    /** All steps of both directions: reserve and parameters of each, and y at the columns of the first. */
    boolean launchBoth(Stream stream, Reserve one, Reserve other, long y, long weightHh, long weightHhReverse, long biasHh,
            long biasHhReverse, long lengths, int steps, int batch, int hiddenSize, int ldy, boolean keep) {
        first(one.gates(), one.recurrent(), one.h(), y, weightHh, biasHh, lengths, steps, batch, hiddenSize, ldy, false, keep);
        arguments.address(Expect.address("xs", other.gates())).address(Expect.address("hs", other.recurrent()))
                .address(Expect.address("h", other.h())).address(Expect.address("W_hh", weightHhReverse)).address(biasHhReverse);
        return launchBoth(stream, batch);
    }

    private void first(long xs, long hs, long h, long y, long weightHh, long biasHh, long lengths, int steps, int batch,
            int hiddenSize, int ldy, boolean reverse, boolean keep) {
        arguments.clear().address(Expect.address("xs", xs)).address(Expect.address("hs", hs))
                .address(Expect.address("h", h)).address(Expect.address("y", y))
                .address(Expect.address("W_hh", weightHh)).address(biasHh);
        common(lengths, steps, batch, hiddenSize, ldy, reverse);
        arguments.int32(keep ? 1 : 0);
        handing();
    }
}
