package dev.gateloom.cuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Launches {@code lstm_backward.cu}: the gates of one step, before the product into dh. For one thread at a time. */
final class LstmBackward extends StepLauncher {
    private final Kernel kernel;

    LstmBackward(Device device) {
        kernel = device.kernel(Programs.LSTM_BACKWARD, "lstm_backward");
    }

    /**
     * One step.
     *
     * @param gates {@code [B, 4H]} of this step: activated gates in, their gradient out
     * @param c {@code [T+1, B, H]} of the forward
     * @param dy {@code [B, ldy]} of this step, at the direction's columns; 0 for zeros
     * @param dh {@code [B, H]} carried from step to step; 0 after this one where the sequence has the step
     * @param dc {@code [B, H]} carried from step to step
     * @param lengths {@code [B]}
     */
    void launch(Stream stream, long gates, long c, long dy, long dh, long dc, long lengths, int t, int batch, int hiddenSize,
            int ldy, boolean reverse) {
        arguments.clear().address(Expect.address("gates", gates)).address(Expect.address("c", c)).address(dy)
                .address(Expect.address("dh", dh)).address(Expect.address("dc", dc))
                .address(Expect.address("lengths", lengths));
        sizes(t, batch, hiddenSize, ldy, reverse);
        launch(stream, kernel, batch, hiddenSize);
    }
}
