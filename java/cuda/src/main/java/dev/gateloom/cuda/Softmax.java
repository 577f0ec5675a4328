package dev.gateloom.cuda;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Launches {@code softmax.cu}: a warp for each row. For one thread at a time. */
final class Softmax {
    private static final int THREADS = 256;
    private static final int ROWS = 8;          // of a block

    private final Kernel forward;
    private final Kernel backward;
    private final Kernel crossEntropy;
    private final Arguments arguments = new Arguments();
    private final Geometries geometries = new Geometries(THREADS, 1);

    Softmax(Device device) {
        forward = device.kernel(Programs.SOFTMAX, "softmax");
        backward = device.kernel(Programs.SOFTMAX, "softmax_gradient");
        crossEntropy = device.kernel(Programs.SOFTMAX, "softmax_cross_entropy");
    }

    /** {@code y = softmax(y)} for each row of {@code [rows, N]}. */
    void forward(Stream stream, long y, int rows, int n) {
        arguments.clear().address(Expect.address("y", y));
        launch(stream, forward, rows, n);
    }

    /** {@code dz = p⊙(dp - Σ p⊙dp)} for each row of {@code [rows, N]}; dz may be dp. */
    void backward(Stream stream, long dz, long p, long dp, int rows, int n) {
        arguments.clear().address(Expect.address("dz", dz)).address(Expect.address("p", p)).address(Expect.address("dp", dp));
        launch(stream, backward, rows, n);
    }

    /**
     * {@code losses = -log softmax(y)[class]} and {@code dy = (softmax(y) - onehot(class))·scale} for each row.
     *
     * @param losses receives {@code [rows]}
     * @param dy receives {@code [rows, N]}; 0 if not wanted
     * @param y {@code [rows, N]}
     * @param classes {@code [rows]} 32-bit integers; negative where a row does not count
     */
    void crossEntropy(Stream stream, long losses, long dy, long y, long classes, float scale, int rows, int n) {
        arguments.clear().address(Expect.address("losses", losses)).address(dy).address(Expect.address("y", y))
                .address(Expect.address("classes", classes)).float32(scale);
        launch(stream, crossEntropy, rows, n);
    }

    private void launch(Stream stream, Kernel kernel, int rows, int n) {
        arguments.int32(rows).int32(Expect.atLeast("N", n, 1));
        stream.launch(kernel, geometries.of(Expect.blocks("rows", rows, ROWS)), arguments);
    }
}
