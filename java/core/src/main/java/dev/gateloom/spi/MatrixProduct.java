package dev.gateloom.spi;

/**
 * The matrix product of an engine, for a trainer's other layers. One thread at a time; the threads of the engine help. The
 * same operands give the same bits, whatever their number.
 */
public interface MatrixProduct {

    /** An engine that has one. */
    interface Source {

        /**
         * A product with workspace of its own.
         *
         * @return the product; usable until the engine is closed
         */
        MatrixProduct matrixProduct();
    }

    /**
     * {@code C[m, n] = op(A)[m, k] · op(B)[k, n]}, or adds it. All matrices are dense and row-major; C is another array than A
     * and B.
     *
     * @param transposeA whether A is stored as {@code [k, m]}
     * @param transposeB whether B is stored as {@code [n, k]}
     * @param m rows of C
     * @param n columns of C
     * @param k length of the sums
     * @param a left operand
     * @param ao its first index
     * @param b right operand
     * @param bo its first index
     * @param add whether C is added to
     * @param c result
     * @param co its first index
     */
    void multiply(boolean transposeA, boolean transposeB, int m, int n, int k, float[] a, int ao, float[] b, int bo,
            boolean add, float[] c, int co);
}
