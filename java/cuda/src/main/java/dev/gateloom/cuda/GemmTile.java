package dev.gateloom.cuda;

import dev.gateloom.device.Program;

/**
 * The two sizes of a block's tile of C, each with its three kernels. The order of sums differs between them, so the choice
 * looks at the sizes of the product alone: the same bits on every GPU.
 */
enum GemmTile {
    /** {@code gemm.cu}: fewest loads for each multiply-add, if tiles are full and many. */
    WIDE(64, 64, Programs.GEMM, ""),
    /** {@code gemm_thin.cu}: 16 times as many blocks, and eight warps that share K. */
    THIN(8, 32, Programs.GEMM_THIN, "_thin");

    /** Elements of the largest tile. */
    static final int LARGEST = Math.max(WIDE.rows * WIDE.columns, THIN.rows * THIN.columns);
    /** With so few rows or columns, at least half of a wide tile is empty. A step's product has as many rows as the batch. */
    private static final int NARROW = 32;
    /** By reckoning, so many wide tiles on half of a large GPU's multiprocessors are as fast as thin ones on all of them. */
    private static final int MANY = 64;

    private final int rows;
    private final int columns;
    private final Program program;
    private final String suffix;

    GemmTile(int rows, int columns, Program program, String suffix) {
        this.rows = rows;
        this.columns = columns;
        this.program = program;
        this.suffix = suffix;
    }

    /** For {@code C[M, N]} whose sums over K are not divided. */
    static GemmTile of(int m, int n) {
        return full(m, n) && WIDE.tiles(m, n) >= MANY ? WIDE : THIN;
    }

    /** For {@code C[M, N]} with a long K: {@link SplitK} makes up for a small number of tiles. */
    static GemmTile ofLongSums(int m, int n) {
        return full(m, n) ? WIDE : THIN;
    }

    /** Tiles of {@code C[M, N]}. */
    long tiles(int m, int n) {
        return (((long) m + rows - 1) / rows) * (((long) n + columns - 1) / columns);
    }

    Program program() {
        return program;
    }

    /** The kernel of a product, such as {@code sgemm_nt}. */
    String kernel(String product) {
        return product + suffix;
    }

    private static boolean full(int m, int n) {
        return Math.min(m, n) > NARROW;
    }
}
