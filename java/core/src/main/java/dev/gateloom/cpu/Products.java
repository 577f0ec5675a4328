package dev.gateloom.cpu;

/** Matrix products cut into tiles and blocks that stay in the caches. */
final class Products {

    private Products() {
    }

    /**
     * {@code C[m, panels] = S[m, panels] + A[m, k] · P[k, panels]} for panels p0 to p1 - 1; column 0 of S and C is that of
     * panel 0. S may be C, or one row for all (lds = 0).
     *
     * @param left for copies of A
     * @param lone this product has one row altogether, whoever computes it
     */
    static void rows(Kernels kernels, Left left, boolean lone, float[] a, int ao, int lda, int m, Panels p, int p0, int p1,
            float[] s, int so, int lds, float[] c, int co, int ldc) {
        if (lone) {
            for (int j = p0; j < p1; j++) {
                kernels.single(p.n, a, ao, p.data, p.at(j), p.k, s, so + j * p.width, c, co + j * p.width);
            }
            return;
        }
        int block = left.capacity(p.k);
        for (int r0 = 0; r0 < m; r0 += block) {
            left.load(a, ao + r0 * lda, lda, Math.min(block, m - r0), p.k);
            for (int j = p0; j < p1; j++) {
                panel(kernels, left, p, j, s, so + r0 * lds + j * p.width, lds, c, co + r0 * ldc + j * p.width, ldc);
            }
        }
    }

    /** The same for the rows that left holds and one panel, which starts at so and co. */
    static void panel(Kernels kernels, Left left, Panels p, int panel, float[] s, int so, int lds, float[] c, int co,
            int ldc) {
        for (int b = 0; b < left.blocks(); b++) {
            int k0 = left.start(b);
            int length = left.length(b);
            boolean first = b == 0;
            for (int r = 0; r < left.rows();) {
                int rows = nextTile(left.rows() - r, kernels.tileRows(p.n));
                int to = co + r * ldc;
                kernels.product(p.n, rows, left.data, left.at(b, r), p.data, p.at(panel) + k0 * p.width, length, first ? s : c,
                        first ? so + r * lds : to, first ? lds : ldc, c, to, ldc);
                r += rows;
            }
        }
    }

    /** Rows of the next tile: full tiles, then two about even ones rather than a thin last one. */
    static int nextTile(int rows, int tile) {
        int half = (rows + 1) / 2;
        return rows <= tile || rows >= 2 * tile ? Math.min(rows, tile) : Math.min(tile, half + (half & 1));
    }
}
