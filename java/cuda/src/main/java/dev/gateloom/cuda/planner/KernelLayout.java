package dev.gateloom.cuda.planner;

import dev.gateloom.cuda.Strategy;
import java.util.Comparator;
import java.util.List;

/**
 * How a kernel that there is divides a layer, and what its blocks do. A turn is one step of a tile of rows; the
 * tiles of a group take turns. A block gathers, then multiplies, then computes its gates, and has a multiprocessor to itself.
 *
 * @param strategy which it is
 * @param exchange what blocks tell each other
 * @param rows of a tile
 * @param units of a block
 * @param groups of blocks, in each direction
 * @param directions of the layer that a launch has; the others have launches of their own
 * @param blocks of a group
 * @param tiles of a group at most
 * @param split warps that share a sum
 * @param threads of a block
 * @param weightRegisterBytes weights that a block keeps in registers
 * @param weightSharedBytes weights that it keeps in shared memory
 * @param sharedBytes all its shared memory
 * @param received bytes that a block gathers in a turn from the others of its group, while it does nothing else
 * @param written bytes that it hands out to them in a turn, while it multiplies or computes its gates; 0 for what it keeps anyway
 * @param operations of a block in a turn
 * @param issued clocks of a warp's products in a turn, if nothing else kept them up: a scheduler issues one multiply-add a clock, a
 *     product of a matrix unit waits for the one that it adds to
 * @param sharedTraffic bytes through shared memory in a turn: a load counts what all lanes get, be it the same
 * @param barriers of a turn
 */
public record KernelLayout(Strategy strategy, Exchange exchange, int rows, int units, int groups, int directions, int blocks, int tiles,
        int split, int threads, long weightRegisterBytes, long weightSharedBytes, long sharedBytes, long received, long written,
        double operations, long issued, double sharedTraffic, int barriers) {

    /**
     * The same with several directions in a launch.
     *
     * @param inOneLaunch how many
     * @return a layout
     */
    public KernelLayout directions(int inOneLaunch) {
        return new KernelLayout(strategy, exchange, rows, units, groups, inOneLaunch, blocks, tiles, split, threads,
                weightRegisterBytes, weightSharedBytes, sharedBytes, received, written, operations, issued, sharedTraffic, barriers);
    }

    /**
     * The best of several layouts.
     *
     * @param problem what to run
     * @param gpu where
     * @param phase the pass
     * @param layouts in order of preference; none if they all would have a single block, which shares with nobody
     * @return the cheapest of those that fit; else what the one lacks that needs least
     */
    public static Assessment cheapest(Problem problem, Gpu gpu, Phase phase, List<KernelLayout> layouts) {
        double productSeconds = Streams.productSeconds(problem, gpu, phase);
        List<Assessment> possible = layouts.stream().map(layout -> layout.assess(problem, gpu, phase, productSeconds))
                .filter(Assessment::possible).toList();
        return possible.stream().reduce(Assessment::or).orElseGet(() -> layouts.stream()
                .min(Comparator.comparingLong(KernelLayout::sharedBytes)).map(layout -> layout.assess(problem, gpu, phase, productSeconds))
                .orElseGet(() -> Assessment.impossible("no two blocks: " + gpu.multiprocessors() + " multiprocessors, "
                        + problem.hidden() + " units")));
    }

    private Assessment assess(Problem problem, Gpu gpu, Phase phase, double productSeconds) {
        if (sharedBytes > gpu.sharedPerBlock()) {
            return Assessment.doesNotFit(blocks, sharedBytes, gpu.sharedPerBlock());
        }
        if (strategy == Strategy.B && gpu.residentClusters(blocks) < 1) {
            return Assessment.impossible("no cluster of " + blocks + " blocks fits into " + gpu.multiprocessors() + " multiprocessors");
        }
        return Assessment.of(plan(problem, gpu, phase, productSeconds));
    }

    /** The directions of a launch share the chip; launches run one after the other. */
    private PassPlan plan(Problem problem, Gpu gpu, Phase phase, double productSeconds) {
        int rounds = ResidentLayout.ceil(problem.directions(), directions);
        int layers = problem.config().numLayers();
        int all = directions * groups;
        int waves = ResidentLayout.ceil(all, strategy == Strategy.B ? gpu.residentClusters(blocks)
                : Math.max(1, gpu.multiprocessors() / blocks));
        int launches = rounds * (strategy == Strategy.C ? 2 : 1);               // C zeroes its flags first
        StepCost step = step(problem, gpu, phase, waves).times(rounds);
        double weights = (double) weightRegisterBytes + weightSharedBytes;
        double load = Math.max(weights / gpu.l2BytesPerClock(),
                (double) all * blocks / waves * weights / gpu.memoryBytesPerClock());
        double start = Costs.STREAM_LAUNCH * launches + rounds * waves * load / gpu.clock();
        double seconds = layers * ((double) problem.steps() * waves * step.seconds() + start) + productSeconds;
        Tiles division = new Tiles(Math.min(rows * tiles, problem.batch()), rows, units, split, all, directions, blocks, waves, threads, 0,
                weightRegisterBytes, weightSharedBytes, sharedBytes);
        return new PassPlan(strategy, exchange, division, launches, step, layers * start, productSeconds, seconds);
    }

    /** While one tile's values travel the others have their turns. */
    private StepCost step(Problem problem, Gpu gpu, Phase phase, int waves) {
        double waits = barriers * Costs.BARRIER + Costs.SHARED_LATENCY + Costs.GATE_LATENCY
                + (exchange == Exchange.PARTIAL_SUMS ? blocks * Costs.FMA_LATENCY : 0)
                + received / (strategy == Strategy.B ? Costs.CLUSTER_BYTES : gpu.l2BytesPerClock());
        double arithmetic = Math.max(operations / gpu.flops(problem.precision()), issued);
        double shared = sharedTraffic / Costs.SHARED_BYTES;
        double trip = blocks == 1 ? 0 : strategy == Strategy.B ? Costs.CLUSTER_TRIPS * Costs.CLUSTER_LATENCY
                : Costs.L2_TRIPS * gpu.l2Latency();
        double others = (tiles - 1) * (waits + Math.max(arithmetic, shared));
        double latency = tiles * waits + Math.max(0, trip - others);
        double own = (double) Math.min(rows, problem.batch()) * units * problem.streamedFloats(phase) * Float.BYTES + written;
        return StepCost.ofClocks(gpu, latency, tiles * arithmetic, tiles * shared, tiles * own / gpu.l2BytesPerClock(),
                Streams.clocks(problem, gpu, phase, directions) / waves + overflow(gpu));
    }

    /** Clocks of what blocks hand out in a step, if the two buffers for it exceed L2: then it goes through device memory and comes back. */
    private double overflow(Gpu gpu) {
        double turn = (double) directions * groups * blocks * tiles * written;
        return 2 * turn > gpu.l2Bytes() ? 2 * turn / gpu.memoryBytesPerClock() : 0;
    }
}
