package dev.gateloom.cuda;

import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Launches {@code lstm_sequence_forward.cu} or, in 16 bits, {@code lstm_sequence_mma.cuh}: all steps of a layer and direction. For one thread at a time. */
final class LstmSequenceForward extends SequenceLauncher {

    LstmSequenceForward(Kernel kernel, Partition partition, Exchange exchange) {
        super(kernel, partition, exchange);
    }

    /**
     * All steps. False if the device refused; then nothing has run.
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
        arguments.clear().address(Expect.address("gates", gates)).address(Expect.address("c", c))
                .address(Expect.address("h", h)).address(Expect.address("y", y))
                .address(Expect.address("W_hh", weightHh));
        common(lengths, steps, batch, hiddenSize, ldy, reverse);
        arguments.int32(keep ? 1 : 0);
        handing();
        return launch(stream, batch);
    }
}
