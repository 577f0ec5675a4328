package dev.gateloom.cuda.planner;

import dev.gateloom.cuda.Strategy;

/**
 * One way to keep W_hh on the chip: whether it fits, and what a step costs. A group of {@code blocks} blocks shares a copy of
 * W_hh and computes {@code rows} rows of the batch. Each block holds the weights of its units, first in registers, which
 * costs nothing later, then in shared memory, which is read again for each chunk of rows.
 */
final class ResidentLayout {
    private final Problem problem;
    private final Gpu gpu;
    private final Strategy strategy;
    private final Phase phase;
    private final Exchange exchange;
    private final int rows;
    private final int padded;                   // rows that are multiplied
    private final int chunk;
    private final int units;
    private final int split;
    private final int groups;
    private final int blocks;
    private final int waves;
    private final int outputs;
    private final int depth;

    ResidentLayout(Problem problem, Gpu gpu, Strategy strategy, Phase phase, Exchange exchange, Sharing sharing, int chunk,
            int split) {
        this.problem = problem;
        this.gpu = gpu;
        this.strategy = strategy;
        this.phase = phase;
        this.exchange = exchange;
        this.split = split;
        units = sharing.units();
        groups = sharing.groups();
        blocks = sharing.blocks();
        waves = sharing.waves();
        rows = sharing.rows();
        padded = problem.onMatrixUnits() ? roundUp(rows, Costs.MMA_ROWS) : rows;
        this.chunk = Math.min(chunk, padded);
        int tile = problem.onMatrixUnits() ? Costs.MMA_TILE : 1;
        outputs = roundUp(exchange.outputs(problem.gates(), problem.hidden(), units), tile);
        depth = roundUp(exchange.depth(problem.gates(), problem.hidden(), units), tile);
    }

    /**
     * How a batch is shared out.
     *
     * @param rows of a group
     * @param units of a block
     * @param groups in all directions
     * @param blocks of a group
     * @param waves in which the groups run
     */
    record Sharing(int rows, int units, int groups, int blocks, int waves) {
    }

    /** Bytes that a block has for weights and everything else. */
    long room() {
        return weightRegisters() + gpu.sharedPerBlock();
    }

    /** Bytes by which it does not fit; 0 if it does. */
    long overflow() {
        long left = gpu.sharedPerBlock() - buffers();
        long weights = weights() - weightRegisters() - Math.max(0, left);
        long sums = (long) Costs.THREADS * Float.BYTES * (sumRegisters() - Costs.SUM_REGISTERS);
        return Math.max(0, -left) + Math.max(0, weights) + Math.max(0, sums);
    }

    PassPlan plan(double productSeconds) {
        StepCost step = step();
        double start = Costs.STREAM_LAUNCH * launches() + waves * loadClocks() / gpu.clock();
        int layers = problem.config().numLayers();
        double seconds = layers * ((double) problem.steps() * waves * step.seconds() + start) + productSeconds;
        long inRegisters = Math.min(weights(), weightRegisters());
        int registers = Costs.OTHER_REGISTERS + Costs.SUM_REGISTERS + ceil(inRegisters, Costs.THREADS * Float.BYTES);
        Tiles tiles = new Tiles(rows, chunk, units, split, groups, problem.directions(), blocks, waves, Costs.THREADS, registers, inRegisters,
                sharedWeights(), buffers() + sharedWeights());
        return new PassPlan(strategy, exchange, tiles, 1, step, layers * start, productSeconds, seconds);
    }

    private StepCost step() {
        return StepCost.ofClocks(gpu, latency(), Math.max(operations(), chain()), sharedBytes() / Costs.SHARED_BYTES,
                exchangeClocks(), memoryClocks());
    }

    private double latency() {
        double trip = switch (strategy) {
            case A -> 2 * Costs.SHARED_LATENCY + Costs.BARRIER;
            case B -> Costs.CLUSTER_TRIPS * Costs.CLUSTER_LATENCY;
            default -> Costs.L2_TRIPS * gpu.l2Latency();
        };
        int addition = exchange == Exchange.PARTIAL_SUMS ? blocks * Costs.FMA_LATENCY : 0;
        return trip + addition + Costs.GATE_LATENCY;
    }

    private double operations() {
        return 2.0 * padded * outputs * depth / gpu.flops(problem.precision());
    }

    /** The longest chain of dependent operations: warps that share a sum add their parts at the end. */
    private double chain() {
        int step = problem.onMatrixUnits() ? Costs.MMA_TILE * Short.BYTES / problem.element() : 1;
        int latency = problem.onMatrixUnits() ? Costs.MMA_LATENCY : Costs.FMA_LATENCY;
        int length = ceil(ceil(depth, step), split) * latency;
        return chunks() * (length + (split > 1 ? 2.0 * Costs.SHARED_LATENCY + Costs.BARRIER : 0));
    }

    /** Weights once for each chunk; the other factor written once and read by all warps that need it; parts of sums. */
    private double sharedBytes() {
        double factor = (double) padded * depth * problem.element();
        double parts = split > 1 ? 2.0 * split * padded * outputs * Float.BYTES : 0;
        return (double) chunks() * sharedWeights() + factor + factorReads() + parts;
    }

    /** On matrix units, warps with other columns read it again. Else a read of 16 bytes serves 128 columns for one row. */
    private double factorReads() {
        if (problem.onMatrixUnits()) {
            int readers = Math.min(ceil(Costs.WARPS, split), outputs / Costs.MMA_TILE);
            return (double) padded * depth * problem.element() * readers;
        }
        return (double) rows * depth / 4 * Costs.SHARED_BYTES * ceil(outputs, 128);
    }

    /** What comes from the other blocks, and gates from device memory, which pass through L2. */
    private double exchangeClocks() {
        double received = (double) rows * exchange.received(problem.gates(), problem.hidden(), problem.element());
        double own = (double) rows * units * problem.streamedFloats(phase) * Float.BYTES;
        return switch (strategy) {
            case A -> own / gpu.l2BytesPerClock();
            case B -> Math.max(received * (blocks - 1) / blocks / Costs.CLUSTER_BYTES, own / gpu.l2BytesPerClock());
            default -> (received + own) / gpu.l2BytesPerClock();
        };
    }

    private double memoryClocks() {
        return Streams.clocks(problem, gpu, phase, problem.directions()) / waves;
    }

    /** Bringing a block's weights in, and all copies of them out of device memory. */
    private double loadClocks() {
        double all = (double) problem.directions() * problem.weightBytes();
        return Math.max(weights() / gpu.l2BytesPerClock(), all / gpu.memoryBytesPerClock());
    }

    /** C zeroes its flags first. */
    private int launches() {
        return strategy == Strategy.C ? 2 : 1;
    }

    private long weights() {
        return (long) outputs * depth * problem.element();
    }

    private long sharedWeights() {
        return Math.max(0, weights() - weightRegisters());
    }

    /** The product's other factor, what peers write there, and parts of sums. A and B keep it for all rows, twice. */
    private long buffers() {
        long parts = split > 1 ? (long) split * chunk * outputs * Float.BYTES : 0;
        if (exchange == Exchange.PARTIAL_SUMS) {
            long peers = strategy == Strategy.B ? 2L * rows * problem.hidden() * Float.BYTES : 0;
            return (long) chunk * depth * problem.element() + peers + parts;
        }
        long kept = strategy == Strategy.C ? (chunks() > 1 ? 2L : 1L) * chunk : 2L * padded;
        return kept * depth * problem.element() + parts;
    }

    private int sumRegisters() {
        long sums = (long) chunk * outputs * split;
        return ceil(sums, Costs.THREADS) + ceil((long) padded * units, Costs.THREADS);
    }

    private long weightRegisters() {
        int ofThread = Math.min(255, gpu.registers() / Costs.THREADS);
        return (long) Costs.THREADS * Float.BYTES * Math.max(0, ofThread - Costs.SUM_REGISTERS - Costs.OTHER_REGISTERS);
    }

    private int chunks() {
        return ceil(padded, chunk);
    }

    static int ceil(long value, int unit) {
        return (int) ((value + unit - 1) / unit);
    }

    static int roundUp(int value, int unit) {
        return ceil(value, unit) * unit;
    }
}
