package dev.gateloom.cuda;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Launches {@code layer_norm.cu}: a block for each row. For one thread at a time. */
final class LayerNormKernels {
    private static final int THREADS = 256;

    private final Kernel forward;
    private final Kernel backward;
    private final Arguments arguments = new Arguments();
    private final Geometries geometries = new Geometries(THREADS, 1);

    LayerNormKernels(Device device) {
        forward = device.kernel(Programs.LAYER_NORM, "layer_norm_forward");
        backward = device.kernel(Programs.LAYER_NORM, "layer_norm_backward");
    }

    /**
     * {@code out (+)= γ⊙n + offset} with {@code n = (v - mean)·scale}, row by row.
     *
     * @param v {@code [rows, W]}
     * @param n receives {@code [rows, W]}; may be v
     * @param scale receives {@code [rows]}
     * @param out {@code [rows, W]}; may be n, which is lost then
     * @param offset {@code [W]}; 0 for none
     */
    void forward(Stream stream, long v, long n, long scale, long out, long gamma, long offset, int rows, int width, float eps,
            boolean accumulate) {
        arguments.clear().address(Expect.address("v", v)).address(Expect.address("n", n))
                .address(Expect.address("scale", scale)).address(Expect.address("out", out))
                .address(Expect.address("gamma", gamma)).address(offset).int32(Expect.atLeast("W", width, 1)).float32(eps)
                .int32(accumulate ? 1 : 0);
        stream.launch(forward, geometries.of(Expect.blocks("rows", rows, 1)), arguments);
    }

    /**
     * {@code dv (+)=} the gradient of v from that of out, row by row.
     *
     * @param dv {@code [rows, W]}; may be d or n
     * @param d {@code [rows, W]}
     * @param n {@code [rows, W]} of forward
     * @param scale {@code [rows]} of forward
     */
    void backward(Stream stream, long dv, long d, long n, long scale, long gamma, int rows, int width, boolean accumulate) {
        arguments.clear().address(Expect.address("dv", dv)).address(Expect.address("d", d)).address(Expect.address("n", n))
                .address(Expect.address("scale", scale)).address(Expect.address("gamma", gamma))
                .int32(Expect.atLeast("W", width, 1)).int32(accumulate ? 1 : 0);
        stream.launch(backward, geometries.of(Expect.blocks("rows", rows, 1)), arguments);
    }
}
