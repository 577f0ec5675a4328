package dev.gateloom.cuda;

import dev.gateloom.Precision;
import dev.gateloom.device.Device;
import dev.gateloom.device.Stream;

/**
 * Products on tensor cores: see {@link MmaTile} and {@link SplitK}. Of factors in 16 bits, thin products round A themselves, and
 * wide ones read rounded copies.
 */
final class TensorGemm extends RoundingGemm {
    private final MmaKernels wide;
    private final MmaKernels thin;
    private final PartialSums sums;

    TensorGemm(Device device, Precision precision, PartialSums sums, RoundedFactors rounded) {
        super(rounded);
        wide = new MmaKernels(device, precision, MmaTile.WIDE);
        thin = new MmaKernels(device, precision, MmaTile.THIN);
        this.sums = sums;
    }

    @Override
    void nt(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, long bias, int m, int n, int k,
            boolean accumulate) {
        MmaTile tile = MmaTile.of(m, n);
        long right = weights(stream, b, ldb, n, k);
        long left = left(stream, tile, a, lda, m, k, 0);
        kernels(tile).nt(stream, c, ldc, left, stride(left, a, lda, k), right, stride(right, b, ldb, k), bias, m, n, k,
                accumulate, k);
    }

    @Override
    void nn(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, int m, int n, int k, boolean accumulate) {
        MmaTile tile = MmaTile.of(m, n);
        long right = weights(stream, b, ldb, k, n);
        long left = left(stream, tile, a, lda, m, k, magnitude());
        kernels(tile).nn(stream, c, ldc, left, stride(left, a, lda, k), right, stride(right, b, ldb, n), m, n, k, accumulate,
                k, magnitude());
    }

    @Override
    void tn(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, int m, int n, int k, boolean accumulate) {
        MmaTile tile = MmaTile.ofLongSums(m, n);
        long left = left(stream, tile, a, lda, k, m, magnitude());
        long right = tile == MmaTile.WIDE ? right(stream, b, ldb, k, n) : b;
        int leftStride = stride(left, a, lda, m);
        int rightStride = stride(right, b, ldb, n);
        int slices = sums.slices(tile.tiles(m, n), m, n, k);
        if (slices == 1) {
            kernels(tile).tn(stream, c, ldc, left, leftStride, right, rightStride, m, n, k, accumulate, k, magnitude());
            return;
        }
        int depth = SplitK.depth(k, slices);
        kernels(tile).tn(stream, sums.address(), n, left, leftStride, right, rightStride, m, n, k, false, depth, magnitude());
        sums.add(stream, c, ldc, m, n, SplitK.count(k, depth), accumulate);
    }

    private long left(Stream stream, MmaTile tile, long a, int lda, int rows, int columns, long scale) {
        return tile == MmaTile.WIDE ? left(stream, a, lda, rows, columns, scale) : a;
    }

    private MmaKernels kernels(MmaTile tile) {
        return tile == MmaTile.WIDE ? wide : thin;
    }
}
