package dev.gateloom.cuda;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Launches {@code dropout.cu}: masks of the recurrent product. For one thread at a time. */
final class Dropout {
    private static final int THREADS = 256;

    private final Kernel rows;
    private final Kernel sums;
    private final Arguments arguments = new Arguments();
    private final Geometries geometries = new Geometries(THREADS, 1);

    Dropout(Device device) {
        rows = device.kernel(Programs.DROPOUT, "masked_rows");
        sums = device.kernel(Programs.DROPOUT, "masked_sums");
    }

    /** {@code dst[i] = a[i]·b[i mod period]}. */
    void rows(Stream stream, long dst, long a, long b, int count, int period) {
        arguments.clear().address(Expect.address("dst", dst)).address(Expect.address("a", a))
                .address(Expect.address("b", b)).int32(count).int32(Expect.atLeast("period", period, 1));
        stream.launch(rows, geometries.of(Expect.blocks("count", count, THREADS)), arguments);
    }

    /** {@code dst[i] (+)= Σ_g mask[g, i]·d[g, i]}. */
    void sums(Stream stream, long dst, long mask, long d, int gates, int count, boolean accumulate) {
        arguments.clear().address(Expect.address("dst", dst)).address(Expect.address("mask", mask))
                .address(Expect.address("d", d)).int32(Expect.atLeast("G", gates, 1)).int32(count)
                .int32(accumulate ? 1 : 0);
        stream.launch(sums, geometries.of(Expect.blocks("count", count, THREADS)), arguments);
    }
}
