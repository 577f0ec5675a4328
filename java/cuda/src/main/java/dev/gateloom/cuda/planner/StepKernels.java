package dev.gateloom.cuda.planner;

import dev.gateloom.Precision;
import dev.gateloom.cuda.Strategy;

/**
 * Strategy D: each step launches a product and a kernel for the gates. Nothing has to fit, and W_hh is read in every step. In its
 * graph the directions of a layer run beside each other, or layers as a {@link Wavefront}.
 */
final class StepKernels {
    private final Problem problem;
    private final Gpu gpu;
    private final Phase phase;
    private final Exchange exchange;
    private final int columns;                  // of the product
    private final int depth;

    private StepKernels(Problem problem, Gpu gpu, Phase phase) {
        this.problem = problem;
        this.gpu = gpu;
        this.phase = phase;
        exchange = phase == Phase.FORWARD ? Exchange.HIDDEN_STATE : Exchange.GATE_GRADIENTS;
        columns = exchange.outputs(problem.gates(), problem.hidden(), problem.hidden());
        depth = exchange.depth(problem.gates(), problem.hidden(), problem.hidden());
    }

    static Assessment assess(Problem problem, Gpu gpu, Phase phase) {
        StepKernels kernels = new StepKernels(problem, gpu, phase);
        Assessment best = null;
        for (int[] tile : problem.precision() == Precision.FP32 ? Costs.STEP_TILES : Costs.TENSOR_STEP_TILES) {
            Assessment one = Assessment.of(kernels.plan(tile[0], tile[1]));
            best = best == null ? one : best.or(one);
        }
        return best;
    }

    /**
     * What is in series, or what layers beside each other take when they share the multiprocessors: whichever is longer. A product
     * of each chunk with the layer's input is in series too; the first one of a layer is among the products over all steps.
     */
    private PassPlan plan(int tileRows, int tileColumns) {
        int layers = problem.config().numLayers();
        int chunk = chunk();
        StepCost one = step(tileRows, tileColumns, 1);
        double chunks = ResidentLayout.ceil(problem.steps(), chunk) - 1;
        double series = (problem.steps() + (layers - 1.0) * chunk) * one.seconds() + chunks * Costs.GRAPH_LAUNCH;
        int beside = chunk < problem.steps() ? layers : 1;
        double seconds = Math.max(series, problem.steps() * step(tileRows, tileColumns, beside).seconds());
        double productSeconds = Streams.productSeconds(problem, gpu, phase);
        long blocks = blocks(tileRows, tileColumns);
        Tiles tiles = new Tiles(tileRows, tileRows, tileColumns, 1, 1, 1, Math.toIntExact(blocks),
                ResidentLayout.ceil(blocks, gpu.multiprocessors()), Costs.THREADS, 0, 0, 0, 0);
        long launches = (long) Costs.STEP_LAUNCHES * problem.steps() * problem.directions();
        return new PassPlan(Strategy.D, exchange, tiles, launches, one, Costs.STREAM_LAUNCH, productSeconds,
                seconds + Costs.STREAM_LAUNCH + productSeconds);
    }

    /** The steps after which the next layer may begin: all of them with both directions, with rare options, and where fp16 scales. */
    private int chunk() {
        boolean whole = !inGraph() || problem.config().numLayers() == 1 || problem.directions() > 1
                || Options.obstacle(problem.config(), problem.mode(), Strategy.A).isPresent()
                || phase == Phase.BACKWARD && problem.precision() == Precision.FP16;
        return whole ? problem.steps() : Wavefront.chunk(problem.steps(), problem.batch());
    }

    /** Otherwise the launches follow each other on one stream. */
    private boolean inGraph() {
        return (long) problem.steps() * problem.config().numLayers() * problem.directions() <= Wavefront.MOST_STEPS;
    }

    /** A step of so many layers beside each other, both directions of each; without a graph one after the other. */
    private StepCost step(int tileRows, int tileColumns, int layers) {
        return inGraph() ? beside(tileRows, tileColumns, layers * problem.directions())
                : beside(tileRows, tileColumns, 1).times(problem.directions());
    }

    private StepCost beside(int tileRows, int tileColumns, int cells) {
        int waves = ResidentLayout.ceil(cells * blocks(tileRows, tileColumns), gpu.multiprocessors());
        double operations = 2.0 * waves * tileRows * tileColumns * depth / gpu.flops(problem.precision());
        double bytes = (double) waves * (tileRows + tileColumns) * depth * problem.element();
        double latency = Costs.STEP_LAUNCHES * ((inGraph() ? Costs.GRAPH_LAUNCH : Costs.STREAM_LAUNCH) * gpu.clock() + gpu.l2Latency()) + Costs.GATE_LATENCY;
        return StepCost.ofClocks(gpu, latency, operations, 2 * bytes / Costs.SHARED_BYTES, bytes / gpu.l2BytesPerClock(),
                memoryClocks(cells));
    }

    private long blocks(int tileRows, int tileColumns) {
        return (long) ResidentLayout.ceil(problem.batch(), tileRows) * ResidentLayout.ceil(columns, tileColumns);
    }

    private double memoryClocks(int cells) {
        double weights = (double) cells * problem.weightBytes();
        return (weights > gpu.l2Bytes() ? weights / gpu.memoryBytesPerClock() : 0) + Streams.clocks(problem, gpu, phase, cells);
    }
}
