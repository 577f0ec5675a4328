package dev.gateloom.cuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.Stream;

/** Products in strict fp32, by the kernels that suit their sizes: see {@link GemmTile} and {@link SplitK}. */
final class FfmaGemm extends Gemm {
    private final GemmKernels wide;
    private final GemmKernels thin;
    private final PartialSums sums;

    /** Loads the kernels. */
    FfmaGemm(Device device, PartialSums sums) {
        wide = new GemmKernels(device, GemmTile.WIDE);
        thin = new GemmKernels(device, GemmTile.THIN);
        this.sums = sums;
    }

    @Override
    void nt(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, long bias, int m, int n, int k,
            boolean accumulate) {
        kernels(GemmTile.of(m, n)).nt(stream, c, ldc, a, lda, b, ldb, bias, m, n, k, accumulate, k);
    }

    @Override
    void nn(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, int m, int n, int k, boolean accumulate) {
        kernels(GemmTile.of(m, n)).nn(stream, c, ldc, a, lda, b, ldb, m, n, k, accumulate, k);
    }

    @Override
    void tn(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, int m, int n, int k, boolean accumulate) {
        GemmTile tile = GemmTile.ofLongSums(m, n);
        int slices = sums.slices(tile.tiles(m, n), m, n, k);
        if (slices == 1) {
            kernels(tile).tn(stream, c, ldc, a, lda, b, ldb, m, n, k, accumulate, k);
            return;
        }
        int depth = SplitK.depth(k, slices);
        kernels(tile).tn(stream, sums.address(), n, a, lda, b, ldb, m, n, k, false, depth);
        sums.add(stream, c, ldc, m, n, SplitK.count(k, depth), accumulate);
    }

    private GemmKernels kernels(GemmTile tile) {
        return tile == GemmTile.WIDE ? wide : thin;
    }
}
