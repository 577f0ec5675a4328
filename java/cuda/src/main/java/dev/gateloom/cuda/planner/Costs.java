package dev.gateloom.cuda.planner;

/**
 * The constants of the cost model, each with its source. What differs from GPU to GPU is in {@code gpus.csv}. Clocks are a
 * multiprocessor's; seconds stand where only seconds were measured.
 */
public final class Costs {
    /** Clocks from a load of shared memory to its use (Luo et al. 2024, arXiv 2402.13499: A100 and H800 29, RTX 4090 30). */
    static final int SHARED_LATENCY = 29;
    /** Bytes a clock of a multiprocessor's shared memory: 32 banks of 4 (CUDA C++ Programming Guide). */
    static final int SHARED_BYTES = 128;
    /** Clocks from a multiprocessor to another one of its cluster (Luo et al. 2024: 180 on H800). */
    static final int CLUSTER_LATENCY = 180;
    /** Bytes a clock that a multiprocessor takes in from its cluster (Luo et al. 2024: about 16 on H800). */
    static final int CLUSTER_BYTES = 16;
    /** To the cluster and back: h there and the arrival; then the release of all who wait. */
    static final int CLUSTER_TRIPS = 2;
    /** A store that reaches L2, a poll that sees the flag, a load of the data: each waits for L2 once. */
    static final int L2_TRIPS = 3;
    /** Clocks of a barrier of one block (Zhang et al. 2020, arXiv 2004.05371: 22 and more on V100). */
    static final int BARRIER = 30;
    /** Clocks from a multiply-add to its use (Jia et al. 2018, 2019, arXiv 1804.06826, 1903.07486: Volta and Turing). */
    static final int FMA_LATENCY = 4;
    /** The same for {@code ex2} and {@code rcp} (configurations of Accel-Sim for Turing and Ampere). */
    static final int SPECIAL_LATENCY = 21;
    /** The same for {@code mma.m16n8k16} with sums in fp32 (Sun et al. 2022, arXiv 2206.02874: 33 on A100). */
    public static final int MMA_LATENCY = 33;
    /**
     * Clocks from the products to h: of a gate and of tanh(c) one after the other, each an {@code ex2}, an {@code rcp} and
     * about six multiply-adds around them.
     */
    static final int GATE_LATENCY = 2 * (2 * SPECIAL_LATENCY + 6 * FMA_LATENCY);

    /** Seconds from an empty kernel to the next one in a stream (Spector et al. 2025, "Look Ma, No Bubbles!": H100). */
    static final double STREAM_LAUNCH = 2.1e-6;
    /** The same in a graph (the same source). */
    static final double GRAPH_LAUNCH = 1.3e-6;

    /** Threads of a resident block: with 256 each may have all 255 registers. */
    static final int THREADS = 256;
    /** Warps of a resident block. */
    static final int WARPS = THREADS / 32;
    /** Registers of a thread that hold weights: what our budget leaves beside accumulators, addresses and prefetch. */
    static final int WEIGHT_REGISTERS = 104;
    /** Registers of a thread for sums and cell states. */
    static final int SUM_REGISTERS = 96;
    /** Registers of a thread for everything else. */
    static final int OTHER_REGISTERS = 255 - WEIGHT_REGISTERS - SUM_REGISTERS;

    /** Launches of a step on D: a product and a kernel for the gates. */
    static final int STEP_LAUNCHES = 2;
    /** Rows by columns of a block's tile on D in fp32: the engine's thin and wide product. */
    static final int[][] STEP_TILES = {{8, 32}, {64, 64}};
    /** The same on tensor cores. */
    static final int[][] TENSOR_STEP_TILES = {{32, 32}, {128, 128}};

    /** Units of a block come in multiples of this, so that no LSTM's tile of 16 gate rows is shared. */
    static final int UNITS = 4;
    /** Rows and depth of W_hh in an {@code mma.m16n8k16}. */
    static final int MMA_TILE = 16;
    /** Rows of the batch in one, its narrow side. */
    static final int MMA_ROWS = 8;

    /** Blocks of a cluster at most, with the kernel's attribute for sizes that are not portable (H100 tuning guide). */
    static final int CLUSTER = 16;
    /** The same where only portable sizes exist, compute capability 12.x. */
    static final int PORTABLE_CLUSTER = 8;
    /** A cluster lies within one of them: graphics processing clusters of H100 and B200 (white papers). */
    static final int CLUSTER_REGIONS = 8;

    private Costs() {
    }
}
