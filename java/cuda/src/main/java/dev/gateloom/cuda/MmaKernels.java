package dev.gateloom.cuda;

import dev.gateloom.Precision;
import dev.gateloom.device.Arguments;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/**
 * Launches the three products of one tile size of {@code gemm_tf32.cu}, {@code gemm_bf16.cu} or {@code gemm_fp16.cu}:
 * {@code gemm_mma.cuh} says which factors are fp32 there and which have 16 bits. Matrices are row-major, strides are in
 * elements. A depth below K divides the sums: slice s is written to {@code C + s·M·ldc}. For one thread at a time.
 */
final class MmaKernels {
    private static final int CHUNK = 16;        // bytes: what rows of 16-bit elements start at a multiple of
    private static final int HALVES = 8;        // in a chunk

    private final MmaTile tile;
    private final boolean halves;
    private final Kernel nt;
    private final Kernel nn;
    private final Kernel tn;
    private final Arguments arguments = new Arguments();
    private final Geometries geometries;

    MmaKernels(Device device, Precision precision, MmaTile tile) {
        this.tile = tile;
        halves = precision != Precision.TF32;
        geometries = new Geometries(tile.threads(), 1);
        String suffix = tile.suffix() + Programs.suffix(precision);
        nt = device.kernel(Programs.gemm(precision), "gemm_nt" + suffix);
        nn = device.kernel(Programs.gemm(precision), "gemm_nn" + suffix);
        tn = device.kernel(Programs.gemm(precision), "gemm_tn" + suffix);
    }

    /** {@code C[M, N] (+)= A[M, K] · B[N, K]ᵀ + bias[N]}; bias 0 for none. */
    void nt(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, long bias, int m, int n, int k,
            boolean accumulate, int depth) {
        launch(stream, nt, c, ldc, a, lda, k, b, ldb, k, bias, m, n, k, accumulate, depth, 0);
    }

    /** {@code C[M, N] (+)= A[M, K] · B[K, N]}; magnitude 0 for no scale. */
    void nn(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, int m, int n, int k, boolean accumulate,
            int depth, long magnitude) {
        launch(stream, nn, c, ldc, a, lda, k, b, ldb, n, 0, m, n, k, accumulate, depth, magnitude);
    }

    /** {@code C[M, N] (+)= A[K, M]ᵀ · B[K, N]}; magnitude 0 for no scale. */
    void tn(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, int m, int n, int k, boolean accumulate,
            int depth, long magnitude) {
        launch(stream, tn, c, ldc, a, lda, m, b, ldb, n, 0, m, n, k, accumulate, depth, magnitude);
    }

    private void launch(Stream stream, Kernel kernel, long c, int ldc, long a, int lda, int aWidth, long b, int ldb,
            int bWidth, long bias, int m, int n, int k, boolean accumulate, int depth, long magnitude) {
        Expect.product(c, ldc, a, lda, aWidth, b, ldb, bWidth, m, n, k);
        if (k > 0) {
            Expect.atLeast("depth", depth, 1);
        }
        if (halves && k > 0) {
            checkHalves(kernel, a, lda, b, ldb, k, depth);
        }
        arguments.clear().address(c).address(a).address(b).address(bias).int32(m).int32(n).int32(k).int32(ldc).int32(lda)
                .int32(ldb).int32(accumulate ? 1 : 0).int32(depth).address(magnitude);
        int blocks = Expect.blocks("tiles", tile.tiles(m, n) * SplitK.count(k, depth), 1);
        stream.launch(kernel, geometries.of(blocks), arguments);
    }

    /** Rows of 16-bit elements are read 16 bytes at a time. */
    private void checkHalves(Kernel kernel, long a, int lda, long b, int ldb, int k, int depth) {
        if (tile == MmaTile.WIDE) {
            Expect.multiple("A", a, CHUNK);
            Expect.multiple("lda", lda, HALVES);
        }
        if (tile == MmaTile.WIDE || kernel != tn) {
            Expect.multiple("B", b, CHUNK);
            Expect.multiple("ldb", ldb, HALVES);
        }
        if (depth < k) {
            Expect.multiple("depth", depth, HALVES);
        }
    }
}
