package dev.gateloom.cuda.planner;

import dev.gateloom.cuda.Strategy;
import dev.gateloom.cuda.planner.ResidentLayout.Sharing;
import java.util.function.IntConsumer;

/** Tries every layout of a strategy that keeps W_hh on the chip: A, B or C. */
final class Resident {
    private static final int[] CHUNKS = {8, 16, 32, 64};
    private static final int[] SPLITS = {1, 2, 4, 8};

    private final Problem problem;
    private final Gpu gpu;
    private final Strategy strategy;
    private final Phase phase;
    private final Exchange exchange;
    private final double productSeconds;
    private PassPlan best;
    private Misfit nearest;

    private record Misfit(long overflow, long room, int blocks) {
    }

    private Resident(Problem problem, Gpu gpu, Strategy strategy, Phase phase, Exchange exchange) {
        this.problem = problem;
        this.gpu = gpu;
        this.strategy = strategy;
        this.phase = phase;
        this.exchange = exchange;
        productSeconds = Streams.productSeconds(problem, gpu, phase);
    }

    /** The cheapest layout, whatever the blocks tell each other. */
    static Assessment assess(Problem problem, Gpu gpu, Strategy strategy, Phase phase) {
        return Exchange.of(strategy, phase).stream()
                .map(exchange -> new Resident(problem, gpu, strategy, phase, exchange).assess())
                .reduce(Assessment::or).orElseThrow();
    }

    private Assessment assess() {
        switch (strategy) {
            case A -> groupsOf(1, gpu.multiprocessors());
            case B -> {
                for (int blocks = 2; blocks <= gpu.clusterLimit(); blocks *= 2) {
                    groupsOf(blocks, gpu.residentClusters(blocks));
                }
            }
            case C -> eachRows(this::wholeGrid);
            default -> throw new IllegalArgumentException("strategy: expected A, B or C, got " + strategy);
        }
        if (best != null) {
            return Assessment.of(best);
        }
        if (nearest == null) {
            return Assessment.impossible("no two blocks: " + gpu.multiprocessors() + " multiprocessors, " + problem.hidden()
                    + " units, at least " + Costs.UNITS + " of them a block");
        }
        return Assessment.doesNotFit(nearest.blocks, nearest.room + nearest.overflow, nearest.room);
    }

    /** Groups of a fixed number of blocks, as many at a time as are resident, and the others after them. */
    private void groupsOf(int blocks, int resident) {
        int units = blocks == 1 ? problem.hidden() : share(blocks);
        if (resident < 1 || (long) units * (blocks - 1) >= problem.hidden() && blocks > 1) {
            return;
        }
        eachRows(rows -> {
            int groups = problem.directions() * ResidentLayout.ceil(problem.batch(), rows);
            layouts(new Sharing(rows, units, groups, blocks, ResidentLayout.ceil(groups, resident)));
        });
    }

    /** As many groups as there are parts of the batch, all resident, as many blocks in each as the GPU has room for. */
    private void wholeGrid(int rows) {
        int groups = problem.directions() * ResidentLayout.ceil(problem.batch(), rows);
        if (gpu.multiprocessors() / groups < 2) {
            return;
        }
        int units = share(gpu.multiprocessors() / groups);
        int blocks = ResidentLayout.ceil(problem.hidden(), units);
        if (blocks > 1) {
            layouts(new Sharing(rows, units, groups, blocks, 1));
        }
    }

    private int share(int blocks) {
        return ResidentLayout.roundUp(ResidentLayout.ceil(problem.hidden(), blocks), Costs.UNITS);
    }

    /** Each number of rows that dividing the batch evenly can give, largest first. */
    private void eachRows(IntConsumer action) {
        int rows = problem.batch();
        action.accept(rows);
        while (rows > 1) {
            rows = ResidentLayout.ceil(problem.batch(), ResidentLayout.ceil(problem.batch(), rows - 1));
            action.accept(rows);
        }
    }

    private void layouts(Sharing sharing) {
        for (int chunk : CHUNKS) {
            for (int split : SPLITS) {
                consider(new ResidentLayout(problem, gpu, strategy, phase, exchange, sharing, chunk, split), sharing.blocks());
            }
            if (chunk >= sharing.rows()) {
                return;
            }
        }
    }

    private void consider(ResidentLayout layout, int blocks) {
        long overflow = layout.overflow();
        if (overflow > 0) {
            if (nearest == null || overflow < nearest.overflow) {
                nearest = new Misfit(overflow, layout.room(), blocks);
            }
            return;
        }
        PassPlan plan = layout.plan(productSeconds);
        if (best == null || plan.seconds() < best.seconds()) {
            best = plan;
        }
    }
}
