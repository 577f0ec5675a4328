package dev.gateloom.cuda;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Launches {@code gemm.cu}: products of row-major fp32 matrices. Row strides are in floats. For one thread at a time. */
final class Gemm {
    private static final int TILE_M = 64;
    private static final int TILE_N = 64;
    private static final int THREADS = 256;

    private final Kernel nt;
    private final Kernel nn;
    private final Kernel tn;
    private final Arguments arguments = new Arguments();
    private final Geometries geometries = new Geometries(THREADS, 1);

    Gemm(Device device) {
        nt = device.kernel(Programs.GEMM, "sgemm_nt");
        nn = device.kernel(Programs.GEMM, "sgemm_nn");
        tn = device.kernel(Programs.GEMM, "sgemm_tn");
    }

    /** {@code C[M, N] (+)= A[M, K] · B[N, K]ᵀ + bias[N]}; bias 0 for none. */
    void nt(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, long bias, int m, int n, int k,
            boolean accumulate) {
        launch(stream, nt, c, ldc, n, a, lda, k, b, ldb, k, bias, m, n, k, accumulate);
    }

    /** {@code C[M, N] (+)= A[M, K] · B[K, N]}. */
    void nn(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, int m, int n, int k, boolean accumulate) {
        launch(stream, nn, c, ldc, n, a, lda, k, b, ldb, n, 0, m, n, k, accumulate);
    }

    /** {@code C[M, N] (+)= A[K, M]ᵀ · B[K, N]}. */
    void tn(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, int m, int n, int k, boolean accumulate) {
        launch(stream, tn, c, ldc, n, a, lda, m, b, ldb, n, 0, m, n, k, accumulate);
    }

    private void launch(Stream stream, Kernel kernel, long c, int ldc, int cWidth, long a, int lda, int aWidth, long b,
            int ldb, int bWidth, long bias, int m, int n, int k, boolean accumulate) {
        Expect.address("C", c);
        Expect.atLeast("K", k, 0);
        if (k > 0) {
            Expect.address("A", a);
            Expect.address("B", b);
        }
        Expect.atLeast("ldc", ldc, cWidth);
        Expect.atLeast("lda", lda, aWidth);
        Expect.atLeast("ldb", ldb, bWidth);
        arguments.clear().address(c).address(a).address(b).address(bias).int32(m).int32(n).int32(k).int32(ldc).int32(lda)
                .int32(ldb).int32(accumulate ? 1 : 0);
        long tiles = (long) Expect.blocks("M", m, TILE_M) * Expect.blocks("N", n, TILE_N);
        stream.launch(kernel, geometries.of(Expect.blocks("tiles", tiles, 1)), arguments);
    }
}
