package dev.gateloom.cuda;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;
import dev.gateloom.nn.Window;

/**
 * Launches {@code windows.cu}: convolution's columns and pooling, with a thread for each value of the result. For one thread at a
 * time.
 */
final class Windows {
    private static final int THREADS = 256;
    private static final int AXES = 3;

    private final Kernel im2col;
    private final Kernel col2im;
    private final Kernel maxPool;
    private final Kernel maxPoolGradient;
    private final Kernel averagePool;
    private final Kernel averagePoolGradient;
    private final Arguments arguments = new Arguments();
    private final Geometries geometries = new Geometries(THREADS, 1);

    Windows(Device device) {
        im2col = device.kernel(Programs.WINDOWS, "im2col");
        col2im = device.kernel(Programs.WINDOWS, "col2im");
        maxPool = device.kernel(Programs.WINDOWS, "max_pool");
        maxPoolGradient = device.kernel(Programs.WINDOWS, "max_pool_gradient");
        averagePool = device.kernel(Programs.WINDOWS, "average_pool");
        averagePoolGradient = device.kernel(Programs.WINDOWS, "average_pool_gradient");
    }

    /** {@code columns [positions, taps, C]} of one sample x; count values. */
    void im2col(Stream stream, long columns, long x, Window w, int count) {
        arguments.clear().address(Expect.address("columns", columns)).address(Expect.address("x", x));
        launch(stream, im2col, w, count);
    }

    /** Adds columns to one sample x of count values. */
    void col2im(Stream stream, long x, long columns, Window w, int count) {
        arguments.clear().address(Expect.address("x", x)).address(Expect.address("columns", columns));
        launch(stream, col2im, w, count);
    }

    /** The largest x under each window, count values y, and their indices in x, 32-bit integers. */
    void maxPool(Stream stream, long y, long from, long x, Window w, int count) {
        arguments.clear().address(Expect.address("y", y)).address(Expect.address("from", from)).address(Expect.address("x", x));
        launch(stream, maxPool, w, count);
    }

    /** {@code dx[from[j]] += dy[j]}, for count values dx. */
    void maxPoolGradient(Stream stream, long dx, long dy, long from, Window w, int count) {
        arguments.clear().address(Expect.address("dx", dx)).address(Expect.address("dy", dy))
                .address(Expect.address("from", from));
        launch(stream, maxPoolGradient, w, count);
    }

    /** The mean of x under each window, count values y. */
    void averagePool(Stream stream, long y, long x, Window w, int count) {
        arguments.clear().address(Expect.address("y", y)).address(Expect.address("x", x));
        launch(stream, averagePool, w, count);
    }

    /** Adds each window's part of dy to the count values dx below it. */
    void averagePoolGradient(Stream stream, long dx, long dy, Window w, int count) {
        arguments.clear().address(Expect.address("dx", dx)).address(Expect.address("dy", dy));
        launch(stream, averagePoolGradient, w, count);
    }

    /** The struct Window of the kernels is the integers that it is made of. */
    private void launch(Stream stream, Kernel kernel, Window w, int count) {
        for (int axis = 0; axis < AXES; axis++) {
            arguments.int32(w.kernel(axis));
        }
        for (int axis = 0; axis < AXES; axis++) {
            arguments.int32(w.stride(axis));
        }
        for (int axis = 0; axis < AXES; axis++) {
            arguments.int32(w.in(axis));
        }
        for (int axis = 0; axis < AXES; axis++) {
            arguments.int32(w.out(axis));
        }
        for (int axis = 0; axis < AXES; axis++) {
            arguments.int32(w.before(axis));
        }
        arguments.int32(w.channels()).int32(count);
        stream.launch(kernel, geometries.of(Expect.blocks("count", count, THREADS)), arguments);
    }
}
