package dev.gateloom.cuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Launches {@code rnn_general.cu}: the activation of a plain RNN with rare options. For one thread at a time. */
final class RnnGeneral extends StepLauncher {
    private final Kernel forward;
    private final Kernel backward;
    private final boolean relu;

    RnnGeneral(Device device, boolean relu) {
        forward = device.kernel(Programs.RNN_GENERAL, "rnn_general_forward");
        backward = device.kernel(Programs.RNN_GENERAL, "rnn_general_backward");
        this.relu = relu;
    }

    /** {@code gates [B, H]}: products in, h' out. */
    void forward(Stream stream, long gates, int batch, int hiddenSize) {
        arguments.clear().address(Expect.address("gates", gates));
        start(stream, forward, batch, hiddenSize);
    }

    /** {@code gates [B, H]}: h' in, the gradient of the products out; {@code dhNew [B, H]} is that of h'. */
    void backward(Stream stream, long gates, long dhNew, int batch, int hiddenSize) {
        arguments.clear().address(Expect.address("gates", gates)).address(Expect.address("dh_new", dhNew));
        start(stream, backward, batch, hiddenSize);
    }

    private void start(Stream stream, Kernel kernel, int batch, int hiddenSize) {
        arguments.int32(Expect.atLeast("B", batch, 1)).int32(Expect.atLeast("H", hiddenSize, 1)).int32(relu ? 1 : 0);
        launch(stream, kernel, batch, hiddenSize);
    }
}
