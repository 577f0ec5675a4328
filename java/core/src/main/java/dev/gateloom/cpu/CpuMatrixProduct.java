package dev.gateloom.cpu;

import dev.gateloom.spi.MatrixProduct;
import java.util.Arrays;

/**
 * {@link MatrixProduct} on the tiles of the cells. B is packed into panels of 4V columns; then the threads share the rows of A,
 * or the panels if there are more of those. Each element is one chain of multiply-adds over k, so it does not matter who
 * computes it.
 */
final class CpuMatrixProduct implements MatrixProduct {
    private static final int VECTORS = 4;
    /** Multiply-adds below which a call costs less than waking the threads. */
    private static final long SOLO = 1 << 17;
    /** Floats of a cache line. */
    private static final int LINE = 16;

    private final Kernels kernels;
    private final Team team;
    private final int width;
    private final Worker[] workers;
    private final Gang.Task task = this::work;
    private float[] turned = new float[0];      // A as [m, k], if it is stored as [k, m]
    private float[] panels = new float[0];      // [panel][k][width]

    private boolean transposeB;
    private int m;
    private int n;
    private int k;
    private float[] a;
    private int ao;
    private float[] b;
    private int bo;
    private boolean add;
    private float[] c;
    private int co;

    CpuMatrixProduct(Kernels kernels, Team team) {
        this.kernels = kernels;
        this.team = team;
        width = VECTORS * kernels.lanes;
        workers = new Worker[team.threads()];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker();
        }
    }

    @Override
    public void multiply(boolean transposeA, boolean transposeOfB, int rows, int columns, int sums, float[] left, int lo,
            float[] right, int ro, boolean adds, float[] result, int start) {
        transposeB = transposeOfB;
        m = rows;
        n = columns;
        k = sums;
        a = transposeA ? turn(left, lo) : left;
        ao = transposeA ? 0 : lo;
        b = right;
        bo = ro;
        add = adds;
        c = result;
        co = start;
        int size = Math.multiplyExact(panelCount() * width, Math.max(k, 1));
        if (panels.length < size) {
            panels = new float[size];
        }
        team.run(task, (long) m * n * k < SOLO);
        a = null;
        b = null;
        c = null;
    }

    private int panelCount() {
        return (n + width - 1) / width;
    }

    private float[] turn(float[] stored, int start) {
        if (turned.length < m * k) {
            turned = new float[m * k];
        }
        for (int l0 = 0; l0 < k; l0 += LINE) {          // a whole cache line of every row, before its place is needed for another
            int l1 = Math.min(l0 + LINE, k);
            for (int i = 0; i < m; i++) {
                for (int l = l0; l < l1; l++) {
                    turned[i * k + l] = stored[start + l * m + i];
                }
            }
        }
        return turned;
    }

    private void work(int id, Gang gang) {
        int count = panelCount();
        for (int panel = share(count, id, gang); panel < share(count, id + 1, gang); panel++) {
            pack(panel);
        }
        gang.barrier();
        if (m >= count) {
            workers[id].compute(share(m, id, gang), share(m, id + 1, gang), 0, count);
        } else {
            workers[id].compute(0, m, share(count, id, gang), share(count, id + 1, gang));
        }
    }

    /** Where a thread's share of a number of things begins. */
    private static int share(int things, int id, Gang gang) {
        return (int) ((long) things * id / gang.size());
    }

    private void pack(int panel) {
        int column = panel * width;
        int columns = Math.min(width, n - column);
        int to = panel * k * width;
        for (int l = 0; l < k; l++, to += width) {
            if (transposeB) {
                for (int j = 0; j < columns; j++) {
                    panels[to + j] = b[bo + (column + j) * k + l];
                }
            } else {
                System.arraycopy(b, bo + l * n + column, panels, to, columns);
            }
            Arrays.fill(panels, to + columns, to + width, 0f);
        }
    }

    /** One thread's workspace. */
    private final class Worker {
        private final float[] zeros = new float[width];
        private Left left = new Left(0, 0);
        private int longest;
        private int mostRows;
        private float[] edge = new float[0];        // a block of C past its last column

        void compute(int row0, int row1, int panel0, int panel1) {
            if (row0 == row1 || panel0 == panel1) {
                return;
            }
            if (k > longest || row1 - row0 > mostRows) {
                longest = Math.max(longest, k);
                mostRows = Math.max(mostRows, row1 - row0);
                left = new Left(longest, mostRows);
            }
            int block = left.capacity(k);
            for (int row = row0; row < row1; row += block) {
                left.load(a, ao + row * k, k, Math.min(block, row1 - row), k);
                for (int panel = panel0; panel < panel1; panel++) {
                    block(row, panel);
                }
            }
        }

        private void block(int row, int panel) {
            int column = panel * width;
            int columns = Math.min(width, n - column);
            int at = co + row * n + column;
            if (columns == width) {
                tiles(panel, add ? c : zeros, add ? at : 0, add ? n : 0, c, at, n);
                return;
            }
            int rows = left.rows();
            if (edge.length < rows * width) {
                edge = new float[rows * width];
            }
            for (int r = 0; r < rows && add; r++) {
                System.arraycopy(c, at + r * n, edge, r * width, columns);
            }
            tiles(panel, add ? edge : zeros, 0, add ? width : 0, edge, 0, width);
            for (int r = 0; r < rows; r++) {
                System.arraycopy(edge, r * width, c, at + r * n, columns);
            }
        }

        /** {@code to = s + A · panel} for the rows that left holds. */
        private void tiles(int panel, float[] s, int so, int lds, float[] to, int start, int ld) {
            for (int part = 0; part < left.blocks(); part++) {
                int from = (panel * k + left.start(part)) * width;
                boolean first = part == 0;
                for (int r = 0; r < left.rows();) {
                    int rows = Products.nextTile(left.rows() - r, kernels.tileRows(VECTORS));
                    int at = start + r * ld;
                    kernels.product(VECTORS, rows, left.data, left.at(part, r), panels, from, left.length(part),
                            first ? s : to, first ? so + r * lds : at, first ? lds : ld, to, at, ld);
                    r += rows;
                }
            }
        }
    }
}
