package dev.gateloom.cuda;

import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Launches {@code rnn_sequence_backward.cu} or, in 16 bits, {@code rnn_sequence_mma.cuh}: all steps of a layer and direction, back. For one thread at a time. */
final class RnnSequenceBackward extends SequenceLauncher {
    private final boolean relu;

    RnnSequenceBackward(Kernel kernel, Partition partition, Exchange exchange, boolean relu) {
        super(kernel, partition, exchange);
        this.relu = relu;
    }

    /**
     * All steps. False if the device refused; then nothing has run.
     *
     * @param gates {@code [T, B, H]}: receives the gradient of the products
     * @param h {@code [T+1, B, H]} of the forward
     * @param dy {@code [T, B, ldy]}, at the direction's columns; 0 for zeros
     * @param dh {@code [B, H]}: gradient of the final state in, of the initial one out
     * @param weightHh {@code [H, H]}; in 16 bits for a kernel that computes in them
     * @param magnitude of the gradients, as {@link Gemm#magnitude} has it
     * @param lengths {@code [B]}
     */
    boolean launch(Stream stream, long gates, long h, long dy, long dh, long weightHh, long magnitude, long lengths, int steps,
            int batch, int hiddenSize, int ldy, boolean reverse) {
        arguments.clear().address(Expect.address("gates", gates)).address(Expect.address("h", h)).address(dy)
                .address(Expect.address("dh", dh)).address(Expect.address("W_hh", weightHh));
        common(lengths, steps, batch, hiddenSize, ldy, reverse);
        arguments.int32(relu ? 1 : 0);
        handing(magnitude);
        return launch(stream, batch);
    }
}
