package dev.gateloom.cuda;

import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.Shape;
import dev.gateloom.device.Device;
import dev.gateloom.device.Stream;

/**
 * Products of row-major fp32 matrices with fp32 sums, whose factors are rounded to the precision. Own kernels are chosen by sizes
 * and precision alone, never by the GPU: the same bits on all that have the instructions alike. cuBLAS chooses its kernels itself.
 * Row strides are in floats. For one thread at a time.
 */
abstract class Gemm {

    /**
     * For all products of a plan.
     *
     * @param workspace owns the room for partial sums and rounded factors
     */
    static Gemm of(Products products, Device device, Workspace workspace, Precision precision, RnnConfig config, Shape shape,
            Mode mode) {
        if (products == Products.CUBLAS) {
            return new CublasGemm(device, workspace, precision,
                    RoundedFactors.allocate(device, workspace, precision, config, shape, mode));
        }
        PartialSums sums = PartialSums.allocate(device, workspace, precision, config, shape, mode);
        return precision == Precision.FP32 ? new FfmaGemm(device, sums)
                : new TensorGemm(device, precision, sums, RoundedFactors.allocate(device, workspace, precision, config, shape, mode));
    }

    /**
     * For products of any size, in strict fp32.
     *
     * @param workspace owns the room for partial sums
     */
    static Gemm of(Products products, Device device, Workspace workspace) {
        return products == Products.CUBLAS ? new CublasGemm(device, workspace, Precision.FP32, RoundedFactors.NONE)
                : new FfmaGemm(device, PartialSums.ofAnySize(device, workspace));
    }

    /** Tiles of {@code C[M, N]} with a long K. */
    static long tilesOfLongSums(Precision precision, int m, int n) {
        return precision == Precision.FP32 ? GemmTile.ofLongSums(m, n).tiles(m, n) : MmaTile.ofLongSums(m, n).tiles(m, n);
    }

    /** {@code C[M, N] (+)= A[M, K] · B[N, K]ᵀ + bias[N]}; bias 0 for none. */
    abstract void nt(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, long bias, int m, int n, int k,
            boolean accumulate);

    /** {@code C[M, N] (+)= A[M, K] · B[K, N]}, where A is a gradient. */
    abstract void nn(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, int m, int n, int k,
            boolean accumulate);

    /** {@code C[M, N] (+)= A[K, M]ᵀ · B[K, N]}, for a long K, where A is a gradient. */
    abstract void tn(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, int m, int n, int k,
            boolean accumulate);

    /** The library that multiplies; empty if that are kernels of our own. */
    String library() {
        return "";
    }

    /** Makes what the products read of these weights beside their parameters, in the order of the stream. */
    void pack(Stream stream, WeightAddresses of) {
    }

    /**
     * For a matrix that products read as weights and that is none of the parameters: the copy that they read; null if they read
     * the matrix itself.
     *
     * @param workspace owns the copy
     */
    PackedMatrix packed(Workspace workspace, long matrix, int rows, int columns) {
        return null;
    }

    /** Makes that copy, in the order of the stream; nothing for null. */
    void pack(Stream stream, PackedMatrix matrix) {
    }

    /** Products from here on may read these weights. */
    void use(WeightAddresses weights) {
    }

    /**
     * The gradients that {@link #nn} and {@link #tn} are given from here on come from these: of a layer's output and of its
     * final states.
     *
     * @param dOutput 0 for zeros
     * @param outputs so many values
     * @param dc 0 for none
     */
    void gradientsComeFrom(Stream stream, long dOutput, long outputs, long dh, long hStates, long dc, long cStates) {
    }

    /** Where the magnitude of those gradients is, as a float's bits; 0 where factors are not scaled by it. */
    long magnitude() {
        return 0;
    }

    /** A does not change until {@link #release}: several products read it. */
    void hold(long a) {
    }

    /** Ends {@link #hold}. */
    void release() {
    }
}
