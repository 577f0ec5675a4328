package dev.gateloom.cuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Launches {@code rnn.cu}: one step of a plain RNN, forward or backward. For one thread at a time. */
final class Rnn extends StepLauncher {
    private final Kernel forward;
    private final Kernel backward;
    private final boolean relu;

    Rnn(Device device, boolean relu) {
        forward = device.kernel(Programs.RNN, "rnn_forward");
        backward = device.kernel(Programs.RNN, "rnn_backward");
        this.relu = relu;
    }

    /**
     * One step of forward.
     *
     * @param gates {@code [B, H]} of this step: the products
     * @param h {@code [T+1, B, H]}
     * @param y {@code [B, ldy]} of this step, at the direction's columns
     * @param lengths {@code [B]}
     */
    void forward(Stream stream, long gates, long h, long y, long lengths, int t, int batch, int hiddenSize, int ldy,
            boolean reverse) {
        arguments.clear().address(Expect.address("gates", gates)).address(Expect.address("h", h))
                .address(Expect.address("y", y)).address(Expect.address("lengths", lengths));
        launch(stream, forward, t, batch, hiddenSize, ldy, reverse);
    }

    /**
     * One step of backward.
     *
     * @param gates {@code [B, H]} of this step: receives the gradient of the products
     * @param h {@code [T+1, B, H]} of the forward
     * @param dy {@code [B, ldy]} of this step, at the direction's columns; 0 for zeros
     * @param dh {@code [B, H]} carried from step to step; 0 after this one where the sequence has the step
     * @param lengths {@code [B]}
     */
    void backward(Stream stream, long gates, long h, long dy, long dh, long lengths, int t, int batch, int hiddenSize,
            int ldy, boolean reverse) {
        arguments.clear().address(Expect.address("gates", gates)).address(Expect.address("h", h)).address(dy)
                .address(Expect.address("dh", dh)).address(Expect.address("lengths", lengths));
        launch(stream, backward, t, batch, hiddenSize, ldy, reverse);
    }

    private void launch(Stream stream, Kernel kernel, int t, int batch, int hiddenSize, int ldy, boolean reverse) {
        sizes(t, batch, hiddenSize, ldy, reverse);
        arguments.int32(relu ? 1 : 0);
        launch(stream, kernel, batch, hiddenSize);
    }
}
