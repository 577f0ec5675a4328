package dev.gateloom.cuda;

import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Launches {@code rnn_sequence_forward.cu} or, in 16 bits, {@code rnn_sequence_mma.cuh}: all steps of a layer. For one thread at a time. */
final class RnnSequenceForward extends SequenceLauncher {
    private final boolean relu;

    RnnSequenceForward(Kernel kernel, Partition partition, Exchange exchange, boolean relu) {
        super(kernel, partition, exchange);
        this.relu = relu;
    }

    /**
     * All steps of a direction. False if the device refused; then nothing has run.
     *
     * @param gates {@code [T, B, H]}: products with the input, which stay
     * @param h {@code [T+1, B, H]}, the initial state in its slot
     * @param y {@code [T, B, ldy]}, at the direction's columns
     * @param weightHh {@code [H, H]}; in 16 bits for a kernel that computes in them
     * @param lengths {@code [B]}
     */
    boolean launch(Stream stream, long gates, long h, long y, long weightHh, long lengths, int steps, int batch, int hiddenSize,
            int ldy, boolean reverse) {
        first(gates, h, y, weightHh, lengths, steps, batch, hiddenSize, ldy, reverse);
        noSecond(3);
        return launch(stream, batch);
    }

    /** All steps of both directions: reserve and weights of each, and y at the columns of the first. */
    boolean launchBoth(Stream stream, Reserve one, Reserve other, long y, long weightHh, long weightHhReverse, long lengths,
            int steps, int batch, int hiddenSize, int ldy) {
        first(one.gates(), one.h(), y, weightHh, lengths, steps, batch, hiddenSize, ldy, false);
        arguments.address(Expect.address("gates", other.gates())).address(Expect.address("h", other.h()))
                .address(Expect.address("W_hh", weightHhReverse));
        return launchBoth(stream, batch);
    }

    private void first(long gates, long h, long y, long weightHh, long lengths, int steps, int batch, int hiddenSize, int ldy,
            boolean reverse) {
        arguments.clear().address(Expect.address("gates", gates)).address(Expect.address("h", h))
                .address(Expect.address("y", y)).address(Expect.address("W_hh", weightHh));
        common(lengths, steps, batch, hiddenSize, ldy, reverse);
        arguments.int32(relu ? 1 : 0);
        handing();
    }
}
