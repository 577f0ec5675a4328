package dev.gateloom.cuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Launches {@code zoneout.cu}: from a cell's new hidden state to the next step and the output. For one thread at a time. */
final class Zoneout extends StepLauncher {
    private final Kernel forward;
    private final Kernel backward;

    Zoneout(Device device) {
        forward = device.kernel(Programs.ZONEOUT, "zoneout_forward");
        backward = device.kernel(Programs.ZONEOUT, "zoneout_backward");
    }

    /**
     * One step of forward.
     *
     * @param hNew {@code [B, R]}
     * @param h {@code [T+1, B, R]}
     * @param y {@code [B, ldy]} of this step, at the direction's columns
     * @param mask {@code [B, R]} of this step; 0 if the rate stands everywhere
     * @param lengths {@code [B]}
     */
    void forward(Stream stream, long hNew, long h, long y, long mask, float rate, long lengths, int t, int batch,
            int outputSize, int ldy, boolean reverse) {
        arguments.clear().address(Expect.address("h_new", hNew)).address(Expect.address("h", h))
                .address(Expect.address("y", y)).address(mask).float32(rate).address(Expect.address("lengths", lengths));
        sizes(t, batch, outputSize, ldy, reverse);
        launch(stream, forward, batch, outputSize);
    }

    /**
     * One step of backward.
     *
     * @param dhNew receives {@code [B, R]}
     * @param dh {@code [B, R]} carried from step to step
     * @param dy {@code [B, ldy]} of this step, at the direction's columns; 0 for zeros
     * @param mask that of forward
     * @param lengths {@code [B]}
     */
    void backward(Stream stream, long dhNew, long dh, long dy, long mask, float rate, long lengths, int t, int batch,
            int outputSize, int ldy) {
        arguments.clear().address(Expect.address("dh_new", dhNew)).address(Expect.address("dh", dh)).address(dy)
                .address(mask).float32(rate).address(Expect.address("lengths", lengths));
        sizes(t, batch, outputSize);
        arguments.int32(Expect.atLeast("ldy", ldy, outputSize));
        launch(stream, backward, batch, outputSize);
    }
}
