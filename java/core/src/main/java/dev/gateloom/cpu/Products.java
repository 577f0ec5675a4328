package dev.gateloom.cpu;

/** Matrix products cut into tiles and blocks that stay in the caches. */
final class Products {
    /** Length of a block of the sums: a panel's block of 128 · 64 floats (32 KB) stays in the first-level cache. */
    static final int K_BLOCK = 128;
    /** Floats of a block of A (1 MB): it stays in the second-level cache while all panels pass. */
    private static final int A_BLOCK = 1 << 18;

    private Products() {
    }

    /**
     * {@code C[m, panels] = S[m, panels] + A[m, k] · P[k, panels]} for panels p0 to p1 - 1; column 0 of S and C is that of
     * panel 0. S may be C, or one row for all (lds = 0).
     *
     * @param lone this product has one row altogether, whoever computes it
     */
    static void rows(Kernels kernels, boolean lone, float[] a, int ao, int lda, int m, Panels p, int p0, int p1, float[] s,
            int so, int lds, float[] c, int co, int ldc) {
        if (lone) {
            for (int j = p0; j < p1; j++) {
                kernels.single(p.n, a, ao, p.data, p.at(j), p.k, s, so + j * p.width, c, co + j * p.width);
            }
            return;
        }
        int tile = kernels.tileRows(p.n);
        int block = Math.max(tile * 8, A_BLOCK / Math.max(1, p.k));
        int kBlocks = Math.max(1, (p.k + K_BLOCK - 1) / K_BLOCK);
        for (int r0 = 0; r0 < m; r0 += block) {
            int rows = Math.min(block, m - r0);
            for (int j = p0; j < p1; j++) {
                int from = so + r0 * lds + j * p.width;
                int to = co + r0 * ldc + j * p.width;
                for (int b = 0; b < kBlocks; b++) {
                    int k0 = p.k * b / kBlocks;
                    int kLength = p.k * (b + 1) / kBlocks - k0;
                    int panel = p.at(j) + k0 * p.width;
                    if (b == 0) {
                        tiles(kernels, tile, a, ao + r0 * lda + k0, lda, rows, p, panel, kLength, s, from, lds, c, to, ldc);
                    } else {
                        tiles(kernels, tile, a, ao + r0 * lda + k0, lda, rows, p, panel, kLength, c, to, ldc, c, to, ldc);
                    }
                }
            }
        }
    }

    private static void tiles(Kernels kernels, int tile, float[] a, int ao, int lda, int m, Panels p, int panel, int k,
            float[] s, int so, int lds, float[] c, int co, int ldc) {
        int tiles = (m + tile - 1) / tile;
        int r = 0;
        for (int q = 1; q <= tiles; q++) {
            int rows = (m - r) / (tiles - q + 1);   // even tiles rather than a thin last one
            kernels.product(p.n, rows, a, ao + r * lda, lda, p.data, panel, k, s, so + r * lds, lds, c, co + r * ldc, ldc);
            r += rows;
        }
    }
}
