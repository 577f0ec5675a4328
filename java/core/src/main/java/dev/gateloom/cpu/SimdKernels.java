package dev.gateloom.cpu;

import jdk.incubator.vector.FloatVector;

/** The generated kernels in the machine's preferred vector length. Loaded only where jdk.incubator.vector is. */
final class SimdKernels extends Kernels {
    static {
        VectorProfiles.spread();
    }

    /** AVX-512 and NEON have 32 vector registers, narrower x86 has 16. */
    SimdKernels() {
        super(FloatVector.SPECIES_PREFERRED.length(),
                FloatVector.SPECIES_PREFERRED.length() >= 16 || System.getProperty("os.arch").equals("aarch64"));
    }

    @Override
    void product(int n, int rows, float[] a, int ao, float[] p, int po, int k, float[] s, int so, int lds, float[] c,
            int co, int ldc) {
        if (n == 4) {
            SimdTiles.product4(rows, a, ao, p, po, k, s, so, lds, c, co, ldc);
        } else {
            SimdTiles.product3(rows, a, ao, p, po, k, s, so, lds, c, co, ldc);
        }
    }

    @Override
    void gru(int rows, float[] a, int ao, float[] p, int po, int k, float[] s, int so, int lds, float[] c,
            int co, int ldc, float[] b, int bo, int ldb, float[] n, int no, int ldn) {
        SimdTiles.gru3(rows, a, ao, p, po, k, s, so, lds, c, co, ldc, b, bo, ldb, n, no, ldn);
    }

    @Override
    void single(int n, float[] a, int ao, float[] p, int po, int k, float[] s, int so, float[] c, int co) {
        if (n == 4) {
            SimdTiles.single4(a, ao, p, po, k, s, so, c, co);
        } else {
            SimdTiles.single3(a, ao, p, po, k, s, so, c, co);
        }
    }

    @Override
    void gruSingle(float[] a, int ao, float[] p, int po, int k, float[] s, int so, float[] c, int co, float[] b, int bo,
            float[] n, int no) {
        SimdTiles.gruSingle(a, ao, p, po, k, s, so, c, co, b, bo, n, no);
    }

    @Override
    void lstmForward(int rows, float[] gates, int go, int ldg, float[] before, int bo, int ldb, float[] cell, int co,
            int ldc, float[] h, int ho, int ldh) {
        SimdGates.lstmForward(rows, gates, go, ldg, before, bo, ldb, cell, co, ldc, h, ho, ldh);
    }

    @Override
    void lstmBackward(int rows, float[] gates, int go, int ldg, float[] before, int bo, int ldb, float[] cell, int co,
            int ldc, float[] dh, int dho, int lddh, float[] dy, int dyo, int lddy, float[] dc, int dco, int lddc) {
        SimdGates.lstmBackward(rows, gates, go, ldg, before, bo, ldb, cell, co, ldc, dh, dho, lddh, dy, dyo, lddy, dc,
                dco, lddc);
    }

    @Override
    void gruForward(int rows, float[] gates, int go, int ldg, float[] hn, int no, int ldn, float[] before, int bo,
            int ldb, float[] h, int ho, int ldh) {
        SimdGates.gruForward(rows, gates, go, ldg, hn, no, ldn, before, bo, ldb, h, ho, ldh);
    }

    @Override
    void gruBackward(int rows, float[] gates, int go, int ldg, float[] hn, int no, int ldn, float[] before, int bo,
            int ldb, float[] dh, int dho, int lddh, float[] dy, int dyo, int lddy, float[] d, int dof, int ldd) {
        SimdGates.gruBackward(rows, gates, go, ldg, hn, no, ldn, before, bo, ldb, dh, dho, lddh, dy, dyo, lddy, d, dof,
                ldd);
    }

    @Override
    void sigmoid(int n, float[] x, int xo, float[] y, int yo) {
        SimdGates.sigmoid(n, x, xo, y, yo);
    }

    @Override
    void tanh(int n, float[] x, int xo, float[] y, int yo) {
        SimdGates.tanh(n, x, xo, y, yo);
    }

    @Override
    String description() {
        return "Java SIMD, " + lanes * Float.SIZE + " bits";
    }
}
