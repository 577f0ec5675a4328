package dev.gateloom.cuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Launches {@code lstm_forward.cu}: the gates of one step, after the products. For one thread at a time. */
final class LstmForward extends StepLauncher {
    private final Kernel kernel;

    LstmForward(Device device) {
        kernel = device.kernel(Programs.LSTM_FORWARD, "lstm_forward");
    }

    /**
     * One step.
     *
     * @param gates {@code [B, 4H]} of this step: products in, activated gates out
     * @param c {@code [T+1, B, H]}
     * @param h {@code [T+1, B, H]}
     * @param y {@code [B, ldy]} of this step, at the direction's columns
     * @param lengths {@code [B]}
     */
    void launch(Stream stream, long gates, long c, long h, long y, long lengths, int t, int batch, int hiddenSize, int ldy,
            boolean reverse) {
        arguments.clear().address(Expect.address("gates", gates)).address(Expect.address("c", c))
                .address(Expect.address("h", h)).address(Expect.address("y", y)).address(Expect.address("lengths", lengths));
        sizes(t, batch, hiddenSize, ldy, reverse);
        launch(stream, kernel, batch, hiddenSize);
    }
}
