package dev.gateloom.cuda.planner;

import dev.gateloom.cuda.Strategy;

/** Strategy D: each step launches a product and a kernel for the gates. Nothing has to fit, and W_hh is read in every step. */
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
        for (int[] tile : Costs.STEP_TILES) {
            Assessment one = Assessment.of(kernels.plan(tile[0], tile[1]));
            best = best == null ? one : best.or(one);
        }
        return best;
    }

    private PassPlan plan(int tileRows, int tileColumns) {
        long blocks = (long) ResidentLayout.ceil(problem.batch(), tileRows) * ResidentLayout.ceil(columns, tileColumns);
        int waves = ResidentLayout.ceil(blocks, gpu.multiprocessors());
        double operations = 2.0 * waves * tileRows * tileColumns * depth / gpu.flops(problem.precision());
        double bytes = (double) waves * (tileRows + tileColumns) * depth * problem.element();
        double latency = Costs.STEP_LAUNCHES * (Costs.GRAPH_LAUNCH * gpu.clock() + gpu.l2Latency()) + Costs.GATE_LATENCY;
        // The directions run one after the other.
        StepCost step = StepCost.ofClocks(gpu, latency, operations, 2 * bytes / Costs.SHARED_BYTES,
                bytes / gpu.l2BytesPerClock(), memoryClocks()).times(problem.directions());

        int layers = problem.config().numLayers();
        double productSeconds = Streams.productSeconds(problem, gpu, phase);
        double seconds = layers * problem.steps() * step.seconds() + Costs.STREAM_LAUNCH + productSeconds;
        Tiles tiles = new Tiles(tileRows, tileRows, tileColumns, 1, 1, 1, Math.toIntExact(blocks), waves, Costs.THREADS, 0, 0, 0, 0);
        long launches = (long) Costs.STEP_LAUNCHES * problem.steps() * problem.directions();
        return new PassPlan(Strategy.D, exchange, tiles, launches, step, Costs.STREAM_LAUNCH, productSeconds, seconds);
    }

    private double memoryClocks() {
        double weights = problem.weightBytes() > gpu.l2Bytes() ? problem.weightBytes() / gpu.memoryBytesPerClock() : 0;
        return weights + Streams.clocks(problem, gpu, phase, 1);
    }
}
