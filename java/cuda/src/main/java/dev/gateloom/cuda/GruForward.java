package dev.gateloom.cuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Launches {@code gru_forward.cu}: the gates of one step, after the products. For one thread at a time. */
final class GruForward extends StepLauncher {
    private final Kernel kernel;

    GruForward(Device device) {
        kernel = device.kernel(Programs.GRU_FORWARD, "gru_forward");
    }

    /**
     * One step.
     *
     * @param xs {@code [B, 3H]} of this step: product with the input in, activated r, z, n out
     * @param hs {@code [B, 3H]} of this step: product with the state
     * @param h {@code [T+1, B, H]}
     * @param y {@code [B, ldy]} of this step, at the direction's columns
     * @param lengths {@code [B]}
     */
    void launch(Stream stream, long xs, long hs, long h, long y, long lengths, int t, int batch, int hiddenSize, int ldy,
            boolean reverse) {
        arguments.clear().address(Expect.address("xs", xs)).address(Expect.address("hs", hs))
                .address(Expect.address("h", h)).address(Expect.address("y", y)).address(Expect.address("lengths", lengths));
        sizes(t, batch, hiddenSize, ldy, reverse);
        launch(stream, kernel, batch, hiddenSize);
    }
}
