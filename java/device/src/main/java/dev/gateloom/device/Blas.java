package dev.gateloom.device;

/**
 * Products of matrices by a library of the device's maker: cuBLAS on a GPU. Its results depend on the library's version and on
 * the GPU; with the same ones they are the same at every call. Products may be captured into graphs. For one thread at a time.
 */
public interface Blas extends AutoCloseable {

    /** What A and B are in memory and how they are multiplied. C and all sums are fp32. */
    enum Factors {
        /** fp32 in full. */
        FP32,
        /** fp32 in memory; tf32, with 11 significant bits, in the product. */
        TF32,
        /** bfloat16. */
        BF16,
        /** IEEE half precision. */
        FP16
    }

    /**
     * {@code C[m, n] = op(A)[m, k] · op(B)[k, n]}, or that is added to C. Matrices are column-major; strides from column to
     * column are in elements; sizes are at least 1.
     *
     * @param stream in whose order it is done
     * @param transposeA whether A is {@code [k, m]} in memory
     * @param transposeB whether B is {@code [n, k]} in memory
     * @param m rows of C
     * @param n columns of C
     * @param k length of a sum
     * @param a address of A
     * @param lda its stride
     * @param b address of B
     * @param ldb its stride
     * @param c address of C
     * @param ldc its stride
     * @param accumulate whether it is added to C, else C is overwritten, whatever it holds
     * @param scalars address of three floats on the device, read when the product runs: what the product is multiplied by, then
     *     0, then 1; 0 to multiply it by 1
     * @throws DeviceException if the library refuses
     */
    void gemm(Stream stream, boolean transposeA, boolean transposeB, int m, int n, int k, long a, int lda, long b, int ldb, long c,
            int ldc, boolean accumulate, long scalars);

    /**
     * The library.
     *
     * @return name and version, for example {@code cuBLAS 12.6.3}
     */
    String name();

    /** Gives back what it holds, when its products are done. */
    @Override
    void close();
}
