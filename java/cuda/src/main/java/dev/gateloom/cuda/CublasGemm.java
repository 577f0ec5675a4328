package dev.gateloom.cuda;

import dev.gateloom.Precision;
import dev.gateloom.device.Blas;
import dev.gateloom.device.Device;
import dev.gateloom.device.Stream;

/**
 * Products of every size by cuBLAS. To it a row-major matrix is the transpose of a column-major one, so it multiplies the
 * factors in the other order: {@code Cᵀ = Bᵀ·Aᵀ}. A bias is written to C first, by a product of our own without any sum, and
 * then added to.
 */
final class CublasGemm extends RoundingGemm {
    private final Blas blas;
    private final GemmKernels biases;
    private final RoundedFactors rounded;
    private final long scalars;                 // what products of scaled gradients are multiplied by, 0 and 1; 0 if none are

    /** The workspace owns what the library holds. */
    CublasGemm(Device device, Workspace workspace, Precision precision, RoundedFactors rounded) {
        super(rounded);
        this.rounded = rounded;
        blas = workspace.blas(Blas.Factors.valueOf(precision.name()));
        biases = new GemmKernels(device, GemmTile.WIDE);
        scalars = magnitude() == 0 ? 0
                : workspace.words(RoundedRows.SCALARS, "what products of scaled gradients are multiplied by");
    }

    @Override
    void gradientsComeFrom(Stream stream, long dOutput, long outputs, long dh, long hStates, long dc, long cStates) {
        super.gradientsComeFrom(stream, dOutput, outputs, dh, hStates, dc, cStates);
        if (scalars != 0) {
            rounded.kernels().scalars(stream, scalars, magnitude());
        }
    }

    @Override
    void nt(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, long bias, int m, int n, int k,
            boolean accumulate) {
        Expect.product(c, ldc, a, lda, k, b, ldb, k, m, n, k);
        if (bias != 0 || k == 0) {
            withoutSum(stream, c, ldc, bias, m, n, accumulate);
        }
        if (k > 0) {
            long right = weights(stream, b, ldb, n, k);
            long left = left(stream, a, lda, m, k, 0);
            blas.gemm(stream, true, false, n, m, k, right, stride(right, b, ldb, k), left, stride(left, a, lda, k), c, ldc,
                    accumulate || bias != 0, 0);
        }
    }

    @Override
    void nn(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, int m, int n, int k, boolean accumulate) {
        Expect.product(c, ldc, a, lda, k, b, ldb, n, m, n, k);
        if (k == 0) {
            withoutSum(stream, c, ldc, 0, m, n, accumulate);
            return;
        }
        long right = weights(stream, b, ldb, k, n);
        long left = left(stream, a, lda, m, k, magnitude());
        blas.gemm(stream, false, false, n, m, k, right, stride(right, b, ldb, n), left, stride(left, a, lda, k), c, ldc, accumulate,
                scalars);
    }

    @Override
    void tn(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, int m, int n, int k, boolean accumulate) {
        Expect.product(c, ldc, a, lda, m, b, ldb, n, m, n, k);
        if (k == 0) {
            withoutSum(stream, c, ldc, 0, m, n, accumulate);
            return;
        }
        long left = left(stream, a, lda, k, m, magnitude());
        long right = right(stream, b, ldb, k, n);
        blas.gemm(stream, false, true, n, m, k, right, stride(right, b, ldb, n), left, stride(left, a, lda, m), c, ldc, accumulate,
                scalars);
    }

    private void withoutSum(Stream stream, long c, int ldc, long bias, int m, int n, boolean accumulate) {
        biases.nt(stream, c, ldc, 0, 0, 0, 0, bias, m, n, 0, accumulate, 0);
    }

    @Override
    String library() {
        return blas.name();
    }
}
