package dev.gateloom.cuda;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/**
 * Launches the three products of one tile size, {@code gemm.cu} or {@code gemm_thin.cu}. Matrices are row-major, strides
 * are in floats. A depth below K divides the sums: slice s is written to {@code C + s·M·ldc}. For one thread at a time.
 */
final class GemmKernels {
    private static final int THREADS = 256;

    private final GemmTile tile;
    private final Kernel nt;
    private final Kernel nn;
    private final Kernel tn;
    private final Arguments arguments = new Arguments();
    private final Geometries geometries = new Geometries(THREADS, 1);

    GemmKernels(Device device, GemmTile tile) {
        this.tile = tile;
        nt = device.kernel(tile.program(), tile.kernel("sgemm_nt"));
        nn = device.kernel(tile.program(), tile.kernel("sgemm_nn"));
        tn = device.kernel(tile.program(), tile.kernel("sgemm_tn"));
    }

    /** {@code C[M, N] (+)= A[M, K] · B[N, K]ᵀ + bias[N]}; bias 0 for none. */
    void nt(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, long bias, int m, int n, int k,
            boolean accumulate, int depth) {
        launch(stream, nt, c, ldc, a, lda, k, b, ldb, k, bias, m, n, k, accumulate, depth);
    }

    /** {@code C[M, N] (+)= A[M, K] · B[K, N]}. */
    void nn(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, int m, int n, int k, boolean accumulate,
            int depth) {
        launch(stream, nn, c, ldc, a, lda, k, b, ldb, n, 0, m, n, k, accumulate, depth);
    }

    /** {@code C[M, N] (+)= A[K, M]ᵀ · B[K, N]}. */
    void tn(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, int m, int n, int k, boolean accumulate,
            int depth) {
        launch(stream, tn, c, ldc, a, lda, m, b, ldb, n, 0, m, n, k, accumulate, depth);
    }

    private void launch(Stream stream, Kernel kernel, long c, int ldc, long a, int lda, int aWidth, long b, int ldb,
            int bWidth, long bias, int m, int n, int k, boolean accumulate, int depth) {
        Expect.product(c, ldc, a, lda, aWidth, b, ldb, bWidth, m, n, k);
        if (k > 0) {
            Expect.atLeast("depth", depth, 1);
        }
        arguments.clear().address(c).address(a).address(b).address(bias).int32(m).int32(n).int32(k).int32(ldc).int32(lda)
                .int32(ldb).int32(accumulate ? 1 : 0).int32(depth);
        int blocks = Expect.blocks("tiles", tile.tiles(m, n) * SplitK.count(k, depth), 1);
        stream.launch(kernel, geometries.of(blocks), arguments);
    }
}
