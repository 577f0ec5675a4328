package dev.gateloom.cuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Launches {@code gru_backward.cu}: the gates of one step, before the product into dh. For one thread at a time. */
final class GruBackward extends StepLauncher {
    private final Kernel kernel;

    GruBackward(Device device) {
        kernel = device.kernel(Programs.GRU_BACKWARD, "gru_backward");
    }

    /**
     * One step.
     *
     * @param xs {@code [B, 3H]} of this step: activated r, z, n in; gradient of the product with the input out
     * @param hs {@code [B, 3H]} of this step: product with the state in, its gradient out
     * @param h {@code [T+1, B, H]} of the forward
     * @param dy {@code [B, ldy]} of this step, at the direction's columns; 0 for zeros
     * @param dh {@code [B, H]} carried from step to step
     * @param lengths {@code [B]}
     */
    void launch(Stream stream, long xs, long hs, long h, long dy, long dh, long lengths, int t, int batch, int hiddenSize,
            int ldy, boolean reverse) {
        arguments.clear().address(Expect.address("xs", xs)).address(Expect.address("hs", hs))
                .address(Expect.address("h", h)).address(dy).address(Expect.address("dh", dh))
                .address(Expect.address("lengths", lengths));
        sizes(t, batch, hiddenSize, ldy, reverse);
        launch(stream, kernel, batch, hiddenSize);
    }
}
