package dev.gateloom.cpu;

/** The same kernels as plain loops, for a JVM without jdk.incubator.vector. Blocks of eight units. */
final class ScalarKernels extends Kernels {
    private static final int V = 8;

    ScalarKernels() {
        super(V, false);
    }

    @Override
    void product(int n, int rows, float[] a, int ao, float[] p, int po, int k, float[] s, int so, int lds, float[] c,
            int co, int ldc) {
        for (int r = 0; r < rows; r++) {
            System.arraycopy(s, so + r * lds, c, co + r * ldc, n * V);
            for (int i = 0; i < k; i++) {
                addScaled(n * V, a[ao + r * ROW + i], p, po + i * n * V, c, co + r * ldc);
            }
        }
    }

    @Override
    void gru(int rows, float[] a, int ao, float[] p, int po, int k, float[] s, int so, int lds, float[] c,
            int co, int ldc, float[] b, int bo, int ldb, float[] n, int no, int ldn) {
        for (int r = 0; r < rows; r++) {
            System.arraycopy(s, so + r * lds, c, co + r * ldc, 2 * V);
            System.arraycopy(b, bo + r * ldb, n, no + r * ldn, V);
            for (int i = 0; i < k; i++) {
                float x = a[ao + r * ROW + i];
                addScaled(2 * V, x, p, po + i * 3 * V, c, co + r * ldc);
                addScaled(V, x, p, po + i * 3 * V + 2 * V, n, no + r * ldn);
            }
        }
    }

    @Override
    void single(int n, float[] a, int ao, float[] p, int po, int k, float[] s, int so, float[] c, int co) {
        product(n, 1, a, ao, p, po, k, s, so, 0, c, co, 0);
    }

    @Override
    void gruSingle(float[] a, int ao, float[] p, int po, int k, float[] s, int so, float[] c, int co, float[] b, int bo,
            float[] n, int no) {
        gru(1, a, ao, p, po, k, s, so, 0, c, co, 0, b, bo, 0, n, no, 0);
    }

    @Override
    void lstmForward(int rows, float[] gates, int go, int ldg, float[] before, int bo, int ldb, float[] cell, int co,
            int ldc, float[] h, int ho, int ldh) {
        for (int r = 0; r < rows; r++, go += ldg, bo += ldb, co += ldc, ho += ldh) {
            for (int u = 0; u < V; u++) {
                float i = sigmoid(gates[go + u]);
                float f = sigmoid(gates[go + V + u]);
                float g = tanh(gates[go + 2 * V + u]);
                float o = sigmoid(gates[go + 3 * V + u]);
                float c = f * before[bo + u] + i * g;
                cell[co + u] = c;
                h[ho + u] = o * tanh(c);
                gates[go + u] = i;
                gates[go + V + u] = f;
                gates[go + 2 * V + u] = g;
                gates[go + 3 * V + u] = o;
            }
        }
    }

    @Override
    void lstmBackward(int rows, float[] gates, int go, int ldg, float[] before, int bo, int ldb, float[] cell, int co,
            int ldc, float[] dh, int dho, int lddh, float[] dy, int dyo, int lddy, float[] dc, int dco, int lddc) {
        for (int r = 0; r < rows; r++, go += ldg, bo += ldb, co += ldc, dho += lddh, dyo += lddy, dco += lddc) {
            for (int u = 0; u < V; u++) {
                float i = gates[go + u];
                float f = gates[go + V + u];
                float g = gates[go + 2 * V + u];
                float o = gates[go + 3 * V + u];
                float tc = tanh(cell[co + u]);
                float dhr = dh[dho + u] + dy[dyo + u];
                float dcr = dc[dco + u] + dhr * o * (1 - tc * tc);
                gates[go + u] = dcr * g * (i * (1 - i));
                gates[go + V + u] = dcr * before[bo + u] * (f * (1 - f));
                gates[go + 2 * V + u] = dcr * i * (1 - g * g);
                gates[go + 3 * V + u] = dhr * tc * (o * (1 - o));
                dc[dco + u] = dcr * f;
            }
        }
    }

    @Override
    void gruForward(int rows, float[] gates, int go, int ldg, float[] hn, int no, int ldn, float[] before, int bo,
            int ldb, float[] h, int ho, int ldh) {
        for (int row = 0; row < rows; row++, go += ldg, no += ldn, bo += ldb, ho += ldh) {
            for (int u = 0; u < V; u++) {
                float r = sigmoid(gates[go + u]);
                float z = sigmoid(gates[go + V + u]);
                float n = tanh(gates[go + 2 * V + u] + r * hn[no + u]);
                h[ho + u] = n + z * (before[bo + u] - n);
                gates[go + u] = r;
                gates[go + V + u] = z;
                gates[go + 2 * V + u] = n;
            }
        }
    }

    @Override
    void gruBackward(int rows, float[] gates, int go, int ldg, float[] hn, int no, int ldn, float[] before, int bo,
            int ldb, float[] dh, int dho, int lddh, float[] dy, int dyo, int lddy, float[] d, int dof, int ldd) {
        for (int row = 0; row < rows; row++, go += ldg, no += ldn, bo += ldb, dho += lddh, dyo += lddy, dof += ldd) {
            for (int u = 0; u < V; u++) {
                float r = gates[go + u];
                float z = gates[go + V + u];
                float n = gates[go + 2 * V + u];
                float dhr = dh[dho + u] + dy[dyo + u];
                float dn = dhr * (1 - z) * (1 - n * n);
                float dz = dhr * (before[bo + u] - n) * (z * (1 - z));
                float dr = dn * hn[no + u] * (r * (1 - r));
                gates[go + u] = dr;
                gates[go + V + u] = dz;
                gates[go + 2 * V + u] = dn;
                hn[no + u] = dn * r;
                d[dof + u] = dr;
                d[dof + V + u] = dz;
                d[dof + 2 * V + u] = dn * r;
                dh[dho + u] = dhr * z;
            }
        }
    }

    @Override
    void sigmoid(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = sigmoid(x[xo + i]);
        }
    }

    @Override
    void tanh(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = tanh(x[xo + i]);
        }
    }

    @Override
    String description() {
        return "Java, scalar loops";
    }

    private static void addScaled(int n, float x, float[] p, int po, float[] c, int co) {
        for (int j = 0; j < n; j++) {
            c[co + j] += x * p[po + j];
        }
    }

    private static float sigmoid(float x) {
        return (float) (1 / (1 + Math.exp(-x)));
    }

    private static float tanh(float x) {
        return (float) Math.tanh(x);
    }
}
