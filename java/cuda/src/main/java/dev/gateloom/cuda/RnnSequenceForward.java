package dev.gateloom.cuda;

import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Launches {@code rnn_sequence_forward.cu} or, in 16 bits, {@code rnn_sequence_mma.cuh}: all steps of a layer and direction. For one thread at a time. */
final class RnnSequenceForward extends SequenceLauncher {
    private final boolean relu;

    RnnSequenceForward(Kernel kernel, Partition partition, Exchange exchange, boolean relu) {
        super(kernel, partition, exchange);
        this.relu = relu;
    }

    /**
     * All steps. False if the device refused; then nothing has run.
     *
     * @param gates {@code [T, B, H]}: products with the input, which stay
     * @param h {@code [T+1, B, H]}, the initial state in its slot
     * @param y {@code [T, B, ldy]}, at the direction's columns
     * @param weightHh {@code [H, H]}; in 16 bits for a kernel that computes in them
     * @param lengths {@code [B]}
     */
    boolean launch(Stream stream, long gates, long h, long y, long weightHh, long lengths, int steps, int batch, int hiddenSize,
            int ldy, boolean reverse) {
        arguments.clear().address(Expect.address("gates", gates)).address(Expect.address("h", h))
                .address(Expect.address("y", y)).address(Expect.address("W_hh", weightHh));
        common(lengths, steps, batch, hiddenSize, ldy, reverse);
        arguments.int32(relu ? 1 : 0);
        handing();
        return launch(stream, batch);
    }
}
