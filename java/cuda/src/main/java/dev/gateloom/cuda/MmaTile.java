package dev.gateloom.cuda;

/**
 * The two sizes of a block's tile of C on tensor cores, {@code gemm_mma.cuh}. The order of sums differs between them, so the
 * choice looks at the sizes of the product alone: the same bits on every GPU with the same matrix unit.
 */
enum MmaTile {
    /** Fewest loads for each multiply-add, if tiles are full and many. */
    WIDE(128, 128, 256, ""),
    /** 16 times as many blocks, whose four warps share K. */
    THIN(32, 32, 128, "_thin");

    /** With so few rows or columns, three quarters of a wide tile are empty. */
    private static final int NARROW = 32;
    /**
     * By reckoning with 132 multiprocessors, of which each takes in 34.6 bytes a clock from L2: per k a wide tile reads 512
     * bytes, the 16 thin tiles in its place read 3,072. So many wide tiles take as long as thin ones, spread over all.
     */
    private static final int MANY = 22;

    private final int rows;
    private final int columns;
    private final int threads;
    private final String suffix;

    MmaTile(int rows, int columns, int threads, String suffix) {
        this.rows = rows;
        this.columns = columns;
        this.threads = threads;
        this.suffix = suffix;
    }

    /** For {@code C[M, N]} whose sums over K are not divided. */
    static MmaTile of(int m, int n) {
        return full(m, n) && WIDE.tiles(m, n) >= MANY ? WIDE : THIN;
    }

    /** For {@code C[M, N]} with a long K: {@link SplitK} makes up for a small number of tiles. */
    static MmaTile ofLongSums(int m, int n) {
        return full(m, n) ? WIDE : THIN;
    }

    /** Tiles of {@code C[M, N]}. */
    long tiles(int m, int n) {
        return (((long) m + rows - 1) / rows) * (((long) n + columns - 1) / columns);
    }

    /** Of a block. */
    int threads() {
        return threads;
    }

    /** In the kernels' names. */
    String suffix() {
        return suffix;
    }

    private static boolean full(int m, int n) {
        return Math.min(m, n) > NARROW;
    }
}
