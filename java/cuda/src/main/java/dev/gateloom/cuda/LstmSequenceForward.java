package dev.gateloom.cuda;

import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Launches {@code lstm_sequence_forward.cu} or, in 16 bits, {@code lstm_sequence_mma.cuh}: all steps of a layer. For one thread at a time. */
final class LstmSequenceForward extends SequenceLauncher {

    LstmSequenceForward(Kernel kernel, Partition partition, Exchange exchange) {
        super(kernel, partition, exchange);
    }

    /**
     * All steps of a direction. False if the device refused; then nothing has run.
     *
     * @param gates {@code [T, B, 4H]}: products with the input in, activated gates out
     * @param c {@code [T+1, B, H]}, the initial state in its slot
     * @param h {@code [T+1, B, H]}, the same
     * @param y {@code [T, B, ldy]}, at the direction's columns
     * @param weightHh {@code [4H, H]}; in 16 bits for a kernel that computes in them
     * @param lengths {@code [B]}
     * @param keep whether a backward will want the gates
     */
    boolean launch(Stream stream, long gates, long c, long h, long y, long weightHh, long lengths, int steps, int batch,
            int hiddenSize, int ldy, boolean reverse, boolean keep) {
        first(gates, c, h, y, weightHh, lengths, steps, batch, hiddenSize, ldy, reverse, keep);
        noSecond(4);
        return launch(stream, batch);
    }

    /** All steps of both directions: reserve and weights of each, and y at the columns of the first. */
    boolean launchBoth(Stream stream, Reserve one, Reserve other, long y, long weightHh, long weightHhReverse, long lengths,
            int steps, int batch, int hiddenSize, int ldy, boolean keep) {
        first(one.gates(), one.c(), one.h(), y, weightHh, lengths, steps, batch, hiddenSize, ldy, false, keep);
        arguments.address(Expect.address("gates", other.gates())).address(Expect.address("c", other.c()))
                .address(Expect.address("h", other.h())).address(Expect.address("W_hh", weightHhReverse));
        return launchBoth(stream, batch);
    }

    private void first(long gates, long c, long h, long y, long weightHh, long lengths, int steps, int batch, int hiddenSize,
            int ldy, boolean reverse, boolean keep) {
        arguments.clear().address(Expect.address("gates", gates)).address(Expect.address("c", c))
                .address(Expect.address("h", h)).address(Expect.address("y", y))
                .address(Expect.address("W_hh", weightHh));
        common(lengths, steps, batch, hiddenSize, ldy, reverse);
        arguments.int32(keep ? 1 : 0);
        handing();
    }
}
