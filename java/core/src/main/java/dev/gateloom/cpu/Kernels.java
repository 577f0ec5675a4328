package dev.gateloom.cpu;

/**
 * The inner loops, for one vector length V: tiles of matrix products and the gate algebra of a block of V units. All
 * matrices are row-major: array, index of the first value, row stride ({@code ld…}).
 *
 * <p>Every element of a product is one chain of multiply-adds over k in ascending order, whatever the tile, so tiles
 * may be cut anywhere. The only exception are the {@code single…} kernels (their k is split); they serve products of
 * one row altogether, which no division of work can change.
 */
abstract class Kernels {
    /** Floats from row to row of the left operand of a product: 128 and a cache line, see {@link Panels#stride}. */
    static final int ROW = 144;
    /** Vector length V: units of a block. */
    final int lanes;
    /** Most rows of a tile of 4 and of 3 vectors. */
    final int rowsOf4;
    final int rowsOf3;

    Kernels(int lanes, boolean manyRegisters) {
        this.lanes = lanes;
        rowsOf4 = manyRegisters ? 6 : 3;
        rowsOf3 = manyRegisters ? 8 : 4;
    }

    /**
     * {@code C[rows, n·V] = S[rows, n·V] + A[rows, k] · P[k, n·V]}, n = 3 or 4; S may be C, or one row (lds = 0). Rows of A
     * are {@link #ROW} apart.
     */
    abstract void product(int n, int rows, float[] a, int ao, float[] p, int po, int k, float[] s, int so, int lds,
            float[] c, int co, int ldc);

    /** Three vectors of a GRU: the first two from S to C, the third from b to n. */
    abstract void gru(int rows, float[] a, int ao, float[] p, int po, int k, float[] s, int so, int lds,
            float[] c, int co, int ldc, float[] b, int bo, int ldb, float[] n, int no, int ldn);

    /** {@link #product} of a single row. */
    abstract void single(int n, float[] a, int ao, float[] p, int po, int k, float[] s, int so, float[] c, int co);

    /** {@link #gru} of a single row. */
    abstract void gruSingle(float[] a, int ao, float[] p, int po, int k, float[] s, int so, float[] c, int co, float[] b,
            int bo, float[] n, int no);

    /**
     * LSTM: gates hold pre-activations i, f, g, o; c and h of the step before and of this one. The gates become the activated ones.
     */
    abstract void lstmForward(int rows, float[] gates, int go, int ldg, float[] before, int bo, int ldb, float[] cell,
            int co, int ldc, float[] h, int ho, int ldh);

    /**
     * LSTM: gates hold i, f, g, o and get the gradients of their pre-activations. dh is carried from the next step, dy
     * comes from above; dc is replaced by the gradient of {@code c_{t-1}}.
     */
    abstract void lstmBackward(int rows, float[] gates, int go, int ldg, float[] before, int bo, int ldb, float[] cell,
            int co, int ldc, float[] dh, int dho, int lddh, float[] dy, int dyo, int lddy, float[] dc, int dco, int lddc);

    /** GRU: gates hold the pre-activations r, z and the input half of n; hn holds {@code W_hn h + b_hn}. */
    abstract void gruForward(int rows, float[] gates, int go, int ldg, float[] hn, int no, int ldn, float[] before,
            int bo, int ldb, float[] h, int ho, int ldh);

    /**
     * GRU: gates and hn are replaced by the gradients of their pre-activations; d gets those of r, z, hn side by side;
     * dh is replaced by its direct part {@code (dh + dy)⊙z} for the step before.
     */
    abstract void gruBackward(int rows, float[] gates, int go, int ldg, float[] hn, int no, int ldn, float[] before,
            int bo, int ldb, float[] dh, int dho, int lddh, float[] dy, int dyo, int lddy, float[] d, int dof, int ldd);

    /**
     * Columns become rows: {@code P[j, l] = W[row l, j]} for j in [0, count), l in [0, V); row l starts at
     * {@code wo + rows[l]}.
     */
    final void transpose(int count, float[] w, int wo, int[] rows, float[] p, int po, int ldp) {
        for (int j = 0; j < count; j++) {
            for (int l = 0; l < lanes; l++) {
                p[po + l] = w[wo + j + rows[l]];
            }
            po += ldp;
        }
    }

    /**
     * {@code y = 1 / (1 + exp(-x))} for n values, a multiple of V. Within 2.5 units in the last place for every float; where
     * the exact value is below the smallest normal number, y may be anything up to 2e-38.
     */
    abstract void sigmoid(int n, float[] x, int xo, float[] y, int yo);

    /** {@code y = tanh(x)} for n values, a multiple of V. Within 2.5 units in the last place for every float. */
    abstract void tanh(int n, float[] x, int xo, float[] y, int yo);

    /** What they are, for the engine's description. */
    abstract String description();

    /** Most rows of a tile of n vectors. */
    final int tileRows(int n) {
        return n == 4 ? rowsOf4 : rowsOf3;
    }

    /** The next multiple of V. */
    final int pad(int size) {
        return (size + lanes - 1) / lanes * lanes;
    }
}
