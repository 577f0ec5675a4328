package dev.gateloom.cuda;

import dev.gateloom.Precision;
import dev.gateloom.device.Blas;
import dev.gateloom.device.Device;
import dev.gateloom.device.Stream;

/**
 * {@code C[M, N] = A[M, K] · B[N, K]ᵀ} as the engine multiplies large matrices, ready to be timed: what a device can do in a
 * precision, which results are to be compared with. All factors are 1, so each element of C is K. What is read in 16 bits was
 * rounded before.
 */
public final class GemmProbe implements AutoCloseable {
    private static final int ONE = Float.floatToRawIntBits(1);

    private final Workspace workspace;
    private final Stream stream;
    private final Runnable product;
    private final long c;

    /**
     * Allocates and fills the matrices.
     *
     * @param device stays open
     * @param precision of the factors; the device must have it
     * @param products who multiplies; the device must have it
     * @param m rows of C, at least 1
     * @param n columns of C, at least 1
     * @param k of the sums, at least 1
     */
    public GemmProbe(Device device, Precision precision, Products products, int m, int n, int k) {
        workspace = new Workspace(device);
        try {
            stream = workspace.stream();
            long a = ones(m, k, "A [M, K]");
            long b = ones(n, k, "B [N, K]");
            c = workspace.words((long) Expect.atLeast("M", m, 1) * n, "C [M, N]");
            boolean halves = precision == Precision.BF16 || precision == Precision.FP16;
            int stride = halves ? RoundedRows.stride(k) : k;
            long left = halves ? rounded(device, precision, a, m, k) : a;
            long right = halves ? rounded(device, precision, b, n, k) : b;
            if (products == Products.CUBLAS) {
                Blas blas = workspace.blas(Blas.Factors.valueOf(precision.name()));
                product = () -> blas.gemm(stream, true, false, n, m, k, right, stride, left, stride, c, n, false, 0);
            } else if (precision == Precision.FP32) {
                GemmKernels kernels = new GemmKernels(device, GemmTile.WIDE);
                product = () -> kernels.nt(stream, c, n, a, k, b, k, 0, m, n, k, false, k);
            } else {
                MmaKernels kernels = new MmaKernels(device, precision, MmaTile.WIDE);
                product = () -> kernels.nt(stream, c, n, left, stride, right, stride, 0, m, n, k, false, k);
            }
            stream.synchronize();
        } catch (RuntimeException | Error e) {
            workspace.close();
            throw e;
        }
    }

    private long ones(int rows, int columns, String purpose) {
        long words = (long) rows * columns;
        long matrix = workspace.words(words, purpose);
        stream.fill(matrix, ONE, words);
        return matrix;
    }

    private long rounded(Device device, Precision precision, long matrix, int rows, int columns) {
        long halves = workspace.words(RoundedRows.words(rows, columns), "a factor in 16 bits");
        new RoundedRows(device, precision).round(stream, halves, matrix, rows, columns, columns, 0);
        return halves;
    }

    /**
     * Where the product runs.
     *
     * @return a stream of its own
     */
    public Stream stream() {
        return stream;
    }

    /** Queues one product. */
    public void run() {
        product.run();
    }

    /**
     * The result of the products that have run.
     *
     * @return device address of C, dense and row-major
     */
    public long result() {
        return c;
    }

    /** Frees the matrices. */
    @Override
    public void close() {
        workspace.close();
    }
}
