package dev.gateloom.cuda;

import dev.gateloom.Precision;
import dev.gateloom.device.Device;
import dev.gateloom.device.Stream;

/**
 * Products on tensor cores: see {@link MmaTile} and {@link SplitK}. In 16 bits, weights are read from the copy that was packed
 * with them, thin products round A themselves, and wide ones read rounded copies.
 */
final class TensorGemm extends Gemm {
    private final MmaKernels wide;
    private final MmaKernels thin;
    private final PartialSums sums;
    private final RoundedFactors rounded;
    private final boolean halves;
    private final long magnitude;               // 0 where gradients are not scaled
    private WeightAddresses weights;
    private long held;                          // A that does not change
    private int heldColumns;                    // of its rounded copy; 0 while there is none

    TensorGemm(Device device, Precision precision, PartialSums sums, RoundedFactors rounded) {
        wide = new MmaKernels(device, precision, MmaTile.WIDE);
        thin = new MmaKernels(device, precision, MmaTile.THIN);
        this.sums = sums;
        this.rounded = rounded;
        halves = precision != Precision.TF32;
        magnitude = rounded.magnitude();
    }

    @Override
    void pack(Stream stream, WeightAddresses of) {
        of.pack(rounded.kernels(), stream);
    }

    @Override
    void use(WeightAddresses newWeights) {
        weights = newWeights;
        release();                              // whatever a call that failed may have held
    }

    @Override
    void gradientsComeFrom(Stream stream, long dOutput, long outputs, long dh, long hStates, long dc, long cStates) {
        if (magnitude == 0) {
            return;
        }
        stream.fill(magnitude, 0, 1);
        if (dOutput != 0) {
            rounded.kernels().largest(stream, magnitude, dOutput, outputs);
        }
        rounded.kernels().largest(stream, magnitude, dh, hStates);
        if (dc != 0) {
            rounded.kernels().largest(stream, magnitude, dc, cStates);
        }
    }

    @Override
    long magnitude() {
        return magnitude;
    }

    @Override
    void hold(long a) {
        held = a;
        heldColumns = 0;
    }

    @Override
    void release() {
        held = 0;
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
        long left = left(stream, tile, a, lda, m, k, magnitude);
        kernels(tile).nn(stream, c, ldc, left, stride(left, a, lda, k), right, stride(right, b, ldb, n), m, n, k, accumulate,
                k, magnitude);
    }

    @Override
    void tn(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, int m, int n, int k, boolean accumulate) {
        MmaTile tile = MmaTile.ofLongSums(m, n);
        long left = left(stream, tile, a, lda, k, m, magnitude);
        long right = rounds(tile, k, n) ? rounded.right(stream, b, ldb, k, n) : b;
        int leftStride = stride(left, a, lda, m);
        int rightStride = stride(right, b, ldb, n);
        int slices = sums.slices(tile.tiles(m, n), m, n, k);
        if (slices == 1) {
            kernels(tile).tn(stream, c, ldc, left, leftStride, right, rightStride, m, n, k, accumulate, k, magnitude);
            return;
        }
        int depth = SplitK.depth(k, slices);
        kernels(tile).tn(stream, sums.address(), n, left, leftStride, right, rightStride, m, n, k, false, depth, magnitude);
        sums.add(stream, c, ldc, m, n, SplitK.count(k, depth), accumulate);
    }

    /** Weights as the kernels want them. What is not among those packed is rounded for this product. */
    private long weights(Stream stream, long b, int ldb, int rows, int columns) {
        if (!halves || rows == 0 || columns == 0) {
            return b;
        }
        long packed = weights == null ? 0 : weights.packed(b, ldb, columns);
        return packed != 0 ? packed : rounded.right(stream, b, ldb, rows, columns);
    }

    /** A as the kernels want it. */
    private long left(Stream stream, MmaTile tile, long a, int lda, int rows, int columns, long scale) {
        if (!rounds(tile, rows, columns)) {
            return a;
        }
        if (a != held || columns != heldColumns) {
            rounded.left(stream, a, lda, rows, columns, scale);
            heldColumns = a == held ? columns : 0;
        }
        return rounded.left();
    }

    private boolean rounds(MmaTile tile, int rows, int columns) {
        return halves && tile == MmaTile.WIDE && rows > 0 && columns > 0;
    }

    private static int stride(long used, long given, int ld, int columns) {
        return used == given ? ld : RoundedRows.stride(columns);
    }

    private MmaKernels kernels(MmaTile tile) {
        return tile == MmaTile.WIDE ? wide : thin;
    }
}
