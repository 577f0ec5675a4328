package dev.gateloom.cuda;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;
import dev.gateloom.nn.Activation;

/** Launches {@code elementwise.cu}: what a trainer's layers do value by value. For one thread at a time. */
final class Elementwise {
    private static final int THREADS = 256;

    private final Kernel biasActivation;
    private final Kernel activationGradient;
    private final Kernel drop;
    private final Kernel addScaled;
    private final Arguments arguments = new Arguments();
    private final Geometries geometries = new Geometries(THREADS, 1);

    Elementwise(Device device) {
        biasActivation = device.kernel(Programs.ELEMENTWISE, "bias_activation");
        activationGradient = device.kernel(Programs.ELEMENTWISE, "activation_gradient");
        drop = device.kernel(Programs.ELEMENTWISE, "drop");
        addScaled = device.kernel(Programs.ELEMENTWISE, "add_scaled");
    }

    /**
     * {@code y = f(y + bias)}.
     *
     * @param y {@code [rows, W]}
     * @param bias {@code [W]}; 0 for none
     * @param f any but the softmax
     */
    void biasActivation(Stream stream, long y, long bias, Activation f, int rows, int width) {
        int count = Math.multiplyExact(rows, Expect.atLeast("W", width, 1));
        arguments.clear().address(Expect.address("y", y)).address(bias).int32(code(f)).int32(width).int32(count);
        launch(stream, biasActivation, count);
    }

    /** {@code dz = dy·f'(z)}, from {@code y = f(z)}; dz may be dy. */
    void activationGradient(Stream stream, long dz, long y, long dy, Activation f, int count) {
        arguments.clear().address(Expect.address("dz", dz)).address(Expect.address("y", y)).address(Expect.address("dy", dy))
                .int32(code(f)).int32(count);
        launch(stream, activationGradient, count);
    }

    /**
     * {@code y = x / (1 - rate)}, or 0 with the probability rate; y may be x.
     *
     * @param x {@code [groups, repeat, W]}: the repeats of a group share what is drawn
     */
    void drop(Stream stream, long y, long x, float rate, long seed, int repeat, int width, int count) {
        arguments.clear().address(Expect.address("y", y)).address(Expect.address("x", x)).float32(rate).float32(1 / (1 - rate))
                .int64(seed).int32(Expect.atLeast("repeat", repeat, 1)).int32(Expect.atLeast("W", width, 1)).int32(count);
        launch(stream, drop, count);
    }

    /** {@code y += factor·x}. */
    void addScaled(Stream stream, long y, long x, float factor, int count) {
        arguments.clear().address(Expect.address("y", y)).address(Expect.address("x", x)).float32(factor).int32(count);
        launch(stream, addScaled, count);
    }

    private void launch(Stream stream, Kernel kernel, int count) {
        stream.launch(kernel, geometries.of(Expect.blocks("count", count, THREADS)), arguments);
    }

    /** As the kernels number them. */
    private static int code(Activation f) {
        return switch (f) {
            case LINEAR -> 0;
            case RELU -> 1;
            case TANH -> 2;
            case SIGMOID -> 3;
            case SOFTMAX -> throw new IllegalArgumentException("f: expected a function of single values, got " + f);
        };
    }
}
