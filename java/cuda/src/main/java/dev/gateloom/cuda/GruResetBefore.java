package dev.gateloom.cuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/**
 * Launches {@code gru_reset_before.cu}: one step of a GRU with the reset before the product, in two kernels each way. Gates are
 * {@code [B, 3H]} of this step, h is {@code [T+1, B, H]}, other tensors {@code [B, H]}. For one thread at a time.
 */
final class GruResetBefore extends StepLauncher {
    private final Kernel resetForward;
    private final Kernel candidateForward;
    private final Kernel candidateBackward;
    private final Kernel resetBackward;

    GruResetBefore(Device device) {
        resetForward = device.kernel(Programs.GRU_RESET_BEFORE, "gru_reset_forward");
        candidateForward = device.kernel(Programs.GRU_RESET_BEFORE, "gru_candidate_forward");
        candidateBackward = device.kernel(Programs.GRU_RESET_BEFORE, "gru_candidate_backward");
        resetBackward = device.kernel(Programs.GRU_RESET_BEFORE, "gru_reset_backward");
    }

    /** r and z from their products; {@code q = r⊙h}. */
    void resetForward(Stream stream, long gates, long h, long q, int t, int batch, int hiddenSize, boolean reverse) {
        arguments.clear().address(Expect.address("gates", gates)).address(Expect.address("h", h))
                .address(Expect.address("q", q));
        sizes(t, batch, hiddenSize, reverse);
        launch(stream, resetForward, batch, hiddenSize);
    }

    /** n from its product, then h'. {@code candidate} is the mask of n; 0 for ones. */
    void candidateForward(Stream stream, long gates, long h, long hNew, long candidate, int t, int batch, int hiddenSize,
            boolean reverse) {
        arguments.clear().address(Expect.address("gates", gates)).address(Expect.address("h", h))
                .address(Expect.address("h_new", hNew)).address(candidate);
        sizes(t, batch, hiddenSize, reverse);
        launch(stream, candidateForward, batch, hiddenSize);
    }

    /** From the gradient of h' to those of the products of z and n; adds to dh what comes past them. */
    void candidateBackward(Stream stream, long gates, long h, long dhNew, long dh, long candidate, int t, int batch,
            int hiddenSize, boolean reverse) {
        arguments.clear().address(Expect.address("gates", gates)).address(Expect.address("h", h))
                .address(Expect.address("dh_new", dhNew)).address(Expect.address("dh", dh)).address(candidate);
        sizes(t, batch, hiddenSize, reverse);
        launch(stream, candidateBackward, batch, hiddenSize);
    }

    /** From the gradient of q to that of r's product; adds to dh. */
    void resetBackward(Stream stream, long gates, long h, long dq, long dh, int t, int batch, int hiddenSize,
            boolean reverse) {
        arguments.clear().address(Expect.address("gates", gates)).address(Expect.address("h", h))
                .address(Expect.address("dq", dq)).address(Expect.address("dh", dh));
        sizes(t, batch, hiddenSize, reverse);
        launch(stream, resetBackward, batch, hiddenSize);
    }
}
