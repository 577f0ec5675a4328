package dev.gateloom.cuda;

import dev.gateloom.Precision;
import dev.gateloom.device.Arguments;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Between float32 and the 16 bits of BF16 or FP16 in device memory, by {@code convert.cu}. For one thread at a time. */
public final class Conversion {
    private static final int THREADS = 256;

    private final Kernel narrow;
    private final Kernel widen;
    private final Arguments arguments = new Arguments();
    private final Geometries geometries = new Geometries(THREADS, 1);

    /**
     * For tensors of a device.
     *
     * @param device has the memory
     * @param precision BF16 or FP16
     */
    public Conversion(Device device, Precision precision) {
        if (precision != Precision.BF16 && precision != Precision.FP16) {
            throw new IllegalArgumentException("precision: expected BF16 or FP16, got " + precision);
        }
        narrow = device.kernel(Programs.CONVERT, "narrow" + Programs.suffix(precision));
        widen = device.kernel(Programs.CONVERT, "widen" + Programs.suffix(precision));
    }

    /**
     * {@code dst[i] = src[i]}, from float32 to the nearest of 16 bits, later, on a stream.
     *
     * @param stream of the device
     * @param dst device address
     * @param src device address
     * @param count how many
     */
    public void narrow(Stream stream, long dst, long src, long count) {
        launch(stream, narrow, dst, src, count);
    }

    /**
     * {@code dst[i] = src[i]}, from 16 bits to float32, later, on a stream.
     *
     * @param stream of the device
     * @param dst device address
     * @param src device address
     * @param count how many
     */
    public void widen(Stream stream, long dst, long src, long count) {
        launch(stream, widen, dst, src, count);
    }

    private void launch(Stream stream, Kernel kernel, long dst, long src, long count) {
        arguments.clear().address(Expect.address("dst", dst)).address(Expect.address("src", src)).int64(count);
        stream.launch(kernel, geometries.of(Expect.blocks("count", count, THREADS)), arguments);
    }
}
