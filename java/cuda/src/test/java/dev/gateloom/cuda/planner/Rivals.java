package dev.gateloom.cuda.planner;

import dev.gateloom.Precision;
import dev.gateloom.device.GpuModel;

/**
 * haste and FlashRNN as their sources describe them, priced with the planner's constants, on H100: LSTM, B = 16, T = 1024,
 * H = I = 768. What their sources leave open, the tiles of a library's product and the order in which a compiler leaves
 * loads, is assumed once, for all of them and both passes.
 */
final class Rivals {
    private static final int B = 16;
    private static final int T = 1024;
    private static final int H = 768;
    private static final int GATES = 4 * H;
    private static final int HALF = 2;

    /** Clocks of a load that misses L2 (github.com/markdewing/AI_kernels, latency: H100 SXM). Neither prefetches a step's input. */
    private static final int MEMORY_LATENCY = 700;
    /** Seconds of a cooperative grid's barrier on H100 (FlashRNN has one a step). */
    private static final double GRID_SYNC = 1.1e-6;
    /** Clocks of adding one warp's sums to another's in shared memory: read, add, write. */
    private static final int ADD_IN_SHARED = 2 * Costs.SHARED_LATENCY;
    /** Loads in flight in a loop whose length the compiler does not know. */
    private static final int UNROLLED = 4;

    /** Assumed of cuBLAS: 128 columns by 32 rows in a block, and sums divided so that none is longer. */
    private static final int LIBRARY_COLUMNS = 128;
    private static final int LIBRARY_ROWS = 32;
    private static final int LIBRARY_DEPTH = 1024;

    private final Gpu gpu = Gpu.of(GpuModel.of("h100"));

    /**
     * FlashRNN fused, bf16. Its solver gives 96 blocks of 8 units forward, whose 8 warps are 2 tiles of 16 gates times 4 parts
     * of K, and 48 blocks of 16 units backward, whose 8 warps share K: 12 and 24 fragments for each warp. It loads a fragment of
     * h, or of the gradients, from L2 and multiplies by it, then the next. R is in registers.
     */
    double fusedForward() {
        double permuted = 2.0 * T * B * GATES * HALF / memoryRate();
        return T * fusedStep(12, 4, 2.0 * B * H * HALF).seconds() + permuted;
    }

    /** In one stream R's gradient, in another the biases': each a sum of T·B terms by one thread. */
    double fusedBackward() {
        return T * fusedStep(24, 8, (double) B * GATES * HALF).seconds() + Math.max(serialBiasSums(), product(Precision.BF16));
    }

    /** FlashRNN alternating, bf16: in each step a product by cuBLAS and a kernel for the gates, launched one by one. */
    double alternatingForward() {
        return T * alternatingStep(Precision.BF16, H);
    }

    double alternatingBackward() {
        return T * alternatingStep(Precision.BF16, GATES) + Math.max(serialBiasSums(), product(Precision.BF16));
    }

    /** haste, fp32: the same structure; its time has the input's product in it, and backward those into dx, dW and dR. */
    double hasteForward() {
        return T * alternatingStep(Precision.FP32, H) + product(Precision.FP32);
    }

    double hasteBackward() {
        return T * alternatingStep(Precision.FP32, GATES) + 3 * product(Precision.FP32);
    }

    private StepCost fusedStep(int fragments, int warpsOfSum, double bytes) {
        double latency = GRID_SYNC * gpu.clock() + MEMORY_LATENCY + (warpsOfSum - 1) * ADD_IN_SHARED + 2 * Costs.BARRIER
                + Costs.GATE_LATENCY;
        double fragmentAfterFragment = fragments * (gpu.l2Latency() + Costs.MMA_LATENCY);
        return StepCost.ofClocks(gpu, latency, fragmentAfterFragment, 0, bytes / gpu.l2BytesPerClock(), 0);
    }

    private double alternatingStep(Precision precision, int depth) {
        int slices = ResidentLayout.ceil(depth, LIBRARY_DEPTH);
        int launches = slices > 1 ? 3 : 2;
        double ofSlice = (double) depth / slices;
        int element = precision == Precision.FP32 ? Float.BYTES : HALF;
        double latency = launches * Costs.STREAM_LAUNCH * gpu.clock() + (launches - 1) * gpu.l2Latency() + MEMORY_LATENCY
                + Costs.GATE_LATENCY;
        double operations = 2 * LIBRARY_COLUMNS * LIBRARY_ROWS * ofSlice / gpu.flops(precision);
        double bytes = (LIBRARY_COLUMNS + B) * ofSlice * element;
        return StepCost.ofClocks(gpu, latency, operations, 0, bytes / gpu.l2BytesPerClock(), 0).seconds();
    }

    private double serialBiasSums() {
        return (double) T * B / UNROLLED * MEMORY_LATENCY / gpu.clock();
    }

    /** One product over all steps. */
    private double product(Precision precision) {
        return 2.0 * T * B * GATES * H / (gpu.flops(precision) * gpu.multiprocessors() * gpu.clock());
    }

    private double memoryRate() {
        return gpu.memoryBytesPerClock() * gpu.clock();
    }
}
