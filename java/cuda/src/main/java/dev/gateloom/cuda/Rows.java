package dev.gateloom.cuda;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Launches {@code rows.cu}: what lies between the caller's tensors and the steps. For one thread at a time. */
final class Rows {
    private static final int THREADS = 256;
    private static final int COLUMNS = 32;      // of a block of column_sums
    private static final int LANES = 8;

    private final Kernel load;
    private final Kernel store;
    private final Kernel multiply;
    private final Kernel add;
    private final Kernel columnSums;
    private final Kernel columnProducts;
    private final Arguments arguments = new Arguments();
    private final Geometries elements = new Geometries(THREADS, 1);
    private final Geometries columns = new Geometries(COLUMNS, LANES);

    Rows(Device device) {
        load = device.kernel(Programs.ROWS, "load_rows");
        store = device.kernel(Programs.ROWS, "store_rows");
        multiply = device.kernel(Programs.ROWS, "multiply");
        add = device.kernel(Programs.ROWS, "add");
        columnSums = device.kernel(Programs.ROWS, "column_sums");
        columnProducts = device.kernel(Programs.ROWS, "column_products");
    }

    /** {@code dst [T, B, W]} from the caller's layout; zeros past each sequence's end. */
    void load(Stream stream, long dst, long src, long lengths, int steps, int batch, int width, boolean batchFirst) {
        move(stream, load, dst, src, lengths, steps, batch, width, batchFirst);
    }

    /** {@code src [T, B, W]} to the caller's layout; zeros past each sequence's end. */
    void store(Stream stream, long dst, long src, long lengths, int steps, int batch, int width, boolean batchFirst) {
        move(stream, store, dst, src, lengths, steps, batch, width, batchFirst);
    }

    /** {@code dst[i] = a[i]·b[i]}; dst may be a or b. */
    void multiply(Stream stream, long dst, long a, long b, long count) {
        elementwise(stream, multiply, dst, a, b, count);
    }

    /** {@code dst[i] = a[i] + b[i]}; dst may be a or b. */
    void add(Stream stream, long dst, long a, long b, long count) {
        elementwise(stream, add, dst, a, b, count);
    }

    /** {@code sums[n] += Σ_row d[row, n]}. */
    void columnSums(Stream stream, long sums, long d, int rows, int n, int ldd) {
        Expect.atLeast("rows", rows, 1);
        Expect.atLeast("ldd", ldd, n);
        arguments.clear().address(Expect.address("sums", sums)).address(Expect.address("d", d)).int32(rows).int32(n)
                .int32(ldd);
        stream.launch(columnSums, columns.of(Expect.blocks("N", n, COLUMNS)), arguments);
    }

    /** {@code sums[n] += Σ_row d[row, n]·e[row, n]}. */
    void columnProducts(Stream stream, long sums, long d, long e, int rows, int n, int ldd, int lde) {
        Expect.atLeast("rows", rows, 1);
        Expect.atLeast("ldd", ldd, n);
        Expect.atLeast("lde", lde, n);
        arguments.clear().address(Expect.address("sums", sums)).address(Expect.address("d", d)).address(Expect.address("e", e))
                .int32(rows).int32(n).int32(ldd).int32(lde);
        stream.launch(columnProducts, columns.of(Expect.blocks("N", n, COLUMNS)), arguments);
    }

    private void move(Stream stream, Kernel kernel, long dst, long src, long lengths, int steps, int batch, int width,
            boolean batchFirst) {
        Expect.atLeast("T", steps, 1);
        Expect.atLeast("B", batch, 1);
        Expect.atLeast("W", width, 1);
        arguments.clear().address(Expect.address("dst", dst)).address(Expect.address("src", src))
                .address(Expect.address("lengths", lengths)).int32(steps).int32(batch).int32(width)
                .int32(batchFirst ? 1 : 0);
        stream.launch(kernel, elements.of(Expect.blocks("T·B·W", (long) steps * batch * width, THREADS)), arguments);
    }

    private void elementwise(Stream stream, Kernel kernel, long dst, long a, long b, long count) {
        arguments.clear().address(Expect.address("dst", dst)).address(Expect.address("a", a))
                .address(Expect.address("b", b)).int64(count);
        stream.launch(kernel, elements.of(Expect.blocks("count", count, THREADS)), arguments);
    }
}
