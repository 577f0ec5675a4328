package dev.gateloom.cuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Launches {@code gru_general.cu}: one step of a GRU with the reset after the product. For one thread at a time. */
final class GruGeneral extends StepLauncher {
    private final Kernel forward;
    private final Kernel backward;

    GruGeneral(Device device) {
        forward = device.kernel(Programs.GRU_GENERAL, "gru_general_forward");
        backward = device.kernel(Programs.GRU_GENERAL, "gru_general_backward");
    }

    /**
     * One step of forward.
     *
     * @param us {@code [B, 3H]}: the input's part in, activated r, z, n out
     * @param vs {@code [B, 3H]}: the state's part
     * @param h {@code [T+1, B, H]}
     * @param hNew receives h' {@code [B, H]}
     * @param candidate its mask {@code [B, H]}; 0 for ones
     */
    void forward(Stream stream, long us, long vs, long h, long hNew, long candidate, int t, int batch, int hiddenSize,
            boolean reverse) {
        arguments.clear().address(Expect.address("us", us)).address(Expect.address("vs", vs)).address(Expect.address("h", h))
                .address(Expect.address("h_new", hNew)).address(candidate);
        sizes(t, batch, hiddenSize, reverse);
        launch(stream, forward, batch, hiddenSize);
    }

    /**
     * One step of backward.
     *
     * @param us {@code [B, 3H]}: activated r, z, n in, the gradient of the input's part out
     * @param vs {@code [B, 3H]}: the state's part in, its gradient out
     * @param h {@code [T+1, B, H]}
     * @param dhNew gradient of h' {@code [B, H]}
     * @param dh {@code [B, H]} carried from step to step
     * @param candidate that of forward
     */
    void backward(Stream stream, long us, long vs, long h, long dhNew, long dh, long candidate, int t, int batch,
            int hiddenSize, boolean reverse) {
        arguments.clear().address(Expect.address("us", us)).address(Expect.address("vs", vs)).address(Expect.address("h", h))
                .address(Expect.address("dh_new", dhNew)).address(Expect.address("dh", dh)).address(candidate);
        sizes(t, batch, hiddenSize, reverse);
        launch(stream, backward, batch, hiddenSize);
    }
}
