package dev.gateloom.cuda;

import dev.gateloom.Precision;
import dev.gateloom.device.Arguments;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Stream;

/**
 * Launches what makes 16-bit matrices of fp32 ones, {@code round_rows} of {@code gemm_bf16.cu} and {@code gemm_fp16.cu}, and
 * what finds a scale for them and undoes it. For one thread at a time.
 */
final class RoundedRows {
    private static final int THREADS = 256;
    private static final int PER_THREAD = 8;    // of largest_magnitude
    private static final int HALVES = 8;        // in 16 bytes, at which rows start
    /** Floats that {@link #scalars} writes. */
    static final int SCALARS = 3;

    private final Kernel round;
    private final Kernel largest;               // null where no scale is needed
    private final Kernel scalars;               // the same
    private final Arguments arguments = new Arguments();
    private final Geometries geometries = new Geometries(THREADS, 1);
    private final Launch single = Launch.of(1, SCALARS);

    RoundedRows(Device device, Precision precision) {
        round = device.kernel(Programs.gemm(precision), "round_rows" + Programs.suffix(precision));
        largest = precision == Precision.FP16 ? device.kernel(Programs.gemm(precision), "largest_magnitude") : null;
        scalars = precision == Precision.FP16 ? device.kernel(Programs.gemm(precision), "product_scalars") : null;
    }

    /** From row to row of a 16-bit matrix of so many columns, in elements. */
    static int stride(int columns) {
        return Math.addExact(columns, HALVES - 1) / HALVES * HALVES;
    }

    /** What a 16-bit matrix takes, in 32-bit words. */
    static long words(long rows, int columns) {
        return rows * (stride(columns) / 2);
    }

    /** {@code dst[rows, stride(columns)] = src[rows, columns]}; magnitude 0 for no scale. */
    void round(Stream stream, long dst, long src, int rows, int columns, int lds, long magnitude) {
        Expect.atLeast("rows", rows, 1);
        Expect.atLeast("columns", columns, 1);
        arguments.clear().address(Expect.address("dst", dst)).address(Expect.address("src", src)).int32(rows).int32(columns)
                .int32(Expect.atLeast("lds", lds, columns)).int32(stride(columns)).address(magnitude);
        stream.launch(round, geometries.of(Expect.blocks("rows·columns", words(rows, columns), THREADS)), arguments);
    }

    /** {@code scalars = {inverse of the scale that belongs to the magnitude, 0, 1}}. */
    void scalars(Stream stream, long to, long magnitude) {
        arguments.clear().address(Expect.address("scalars", to)).address(Expect.address("magnitude", magnitude));
        stream.launch(scalars, single, arguments);
    }

    /** {@code magnitude = max(magnitude, |x[i]|)}, bits of floats. */
    void largest(Stream stream, long magnitude, long x, long count) {
        arguments.clear().address(Expect.address("magnitude", magnitude)).address(Expect.address("x", x)).int64(count);
        stream.launch(largest, geometries.of(Expect.blocks("count", count, THREADS * PER_THREAD)), arguments);
    }
}
