package dev.gateloom.cuda;

import dev.gateloom.device.Stream;

/**
 * What products of factors that are rounded to 16 bits beforehand have in common: weights are read from the copy that was packed
 * with them, other factors are rounded before their product, gradients after they were scaled.
 */
abstract class RoundingGemm extends Gemm {
    private final RoundedFactors rounded;
    private WeightAddresses weights;
    private long held;                          // A that does not change
    private int heldColumns;                    // of its rounded copy; 0 while there is none

    RoundingGemm(RoundedFactors rounded) {
        this.rounded = rounded;
    }

    @Override
    final void pack(Stream stream, WeightAddresses of) {
        of.pack(rounded.kernels(), stream);
    }

    @Override
    final void use(WeightAddresses newWeights) {
        weights = newWeights;
        release();                              // whatever a call that failed may have held
    }

    @Override
    void gradientsComeFrom(Stream stream, long dOutput, long outputs, long dh, long hStates, long dc, long cStates) {
        long magnitude = magnitude();
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
    final void hold(long a) {
        held = a;
        heldColumns = 0;
    }

    @Override
    final void release() {
        held = 0;
    }

    /** Where the magnitude of gradients is; 0 where they are not scaled. */
    final long magnitude() {
        return rounded.magnitude();
    }

    /** Whether a factor of this size is to be rounded beforehand. */
    final boolean rounds(int rows, int columns) {
        return rounded.kernels() != null && rows > 0 && columns > 0;
    }

    /** The copy of weights, or what they are themselves if that is what products read. Those not packed are rounded. */
    final long weights(Stream stream, long b, int ldb, int rows, int columns) {
        long packed = weights == null ? 0 : weights.packed(b, ldb, columns);
        return packed != 0 ? packed : right(stream, b, ldb, rows, columns);
    }

    /** B as products read it. */
    final long right(Stream stream, long b, int ldb, int rows, int columns) {
        return rounds(rows, columns) ? rounded.right(stream, b, ldb, rows, columns) : b;
    }

    /** A as products read it; scale: the address of a magnitude, or 0. */
    final long left(Stream stream, long a, int lda, int rows, int columns, long scale) {
        if (!rounds(rows, columns)) {
            return a;
        }
        if (a != held || columns != heldColumns) {
            rounded.left(stream, a, lda, rows, columns, scale);
            heldColumns = a == held ? columns : 0;
        }
        return rounded.left();
    }

    /** From row to row of a factor as products read it. */
    static int stride(long used, long given, int ld, int columns) {
        return used == given ? ld : RoundedRows.stride(columns);
    }
}
