package dev.gateloom.cuda;

import dev.gateloom.cuda.planner.Assessment;
import dev.gateloom.cuda.planner.Exchange;
import dev.gateloom.cuda.planner.Gpu;
import dev.gateloom.cuda.planner.Implemented;
import dev.gateloom.cuda.planner.KernelLayout;
import dev.gateloom.cuda.planner.Phase;
import dev.gateloom.cuda.planner.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The sequence kernels as the planner sees them: every division of a layer that they can take. */
final class SequenceDivisions implements Implemented {
    private final SequenceOptions options;

    /** With the tiles that the options leave. */
    SequenceDivisions(SequenceOptions options) {
        this.options = options;
    }

    @Override
    public Optional<Assessment> assess(Problem problem, Gpu gpu, Strategy strategy, Phase phase) {
        boolean asked = options.backward() != null && strategy == Strategy.C && phase == Phase.BACKWARD;
        List<SequenceLayout> kernels = SequenceKernel.of(strategy, problem.config().cell(), problem.precision(), phase).stream()
                .filter(kernel -> !asked || kernel.exchange() == options.backward()).toList();
        return kernels.isEmpty() ? Optional.empty() : Optional.of(KernelLayout.cheapest(problem, gpu, phase,
                kernels.stream().flatMap(kernel -> layouts(strategy, kernel, problem, gpu).stream()).toList()));
    }

    private List<KernelLayout> layouts(Strategy strategy, SequenceLayout kernel, Problem problem, Gpu gpu) {
        int hidden = problem.config().hiddenSize();
        int batch = problem.batch();
        int directions = problem.config().numDirections();
        List<KernelLayout> layouts = new ArrayList<>();
        for (int rows : options.rows() > 0 ? new int[] {options.rows()} : kernel.rows(batch)) {
            switch (strategy) {
                case A -> layouts.add(kernel.layout(strategy, hidden, batch, rows, hidden, batch).directions(directions));
                case B -> layouts.add(kernel.layout(strategy, hidden, batch, rows, units(kernel, hidden, kernel.cluster()), batch)
                        .directions(directions));
                default -> {
                    for (int inOneLaunch = directions; inOneLaunch >= 1; inOneLaunch--) {
                        shared(layouts, kernel, problem, rows, gpu.multiprocessors(), inOneLaunch);
                    }
                }
            }
        }
        return layouts;
    }

    /**
     * One block for each multiprocessor at most: more would share its memory. More groups have fewer tiles each, but more
     * units in each block. Both directions in one launch have half of the multiprocessors each, and take their steps at the same
     * time.
     */
    private void shared(List<KernelLayout> layouts, SequenceLayout kernel, Problem problem, int rows, int multiprocessors,
            int directions) {
        int hidden = problem.config().hiddenSize();
        int batch = problem.batch();
        int room = multiprocessors / directions;
        int tiles = SequenceKernel.ceil(batch, rows);
        int most = options.groups() > 0 ? Math.min(options.groups(), tiles) : tiles;
        if (options.units() > 0) {
            if (shares(kernel, hidden, options.units())) {
                KernelLayout asked = kernel.layout(Strategy.C, hidden, batch, rows, options.units(), most);
                if (directions == 1 || asked.blocks() * asked.groups() <= room) {
                    layouts.add(asked.directions(directions));
                }
            }
            return;
        }
        for (int groups = 1; groups <= Math.min(most, room); groups++) {
            int units = units(kernel, hidden, room / groups);
            if (shares(kernel, hidden, units)) {
                layouts.add(kernel.layout(Strategy.C, hidden, batch, rows, units, groups).directions(directions));
            }
        }
    }

    /** Whether there is somebody to hand partial sums to, if the kernel hands them out. */
    private static boolean shares(SequenceLayout kernel, int hidden, int units) {
        return kernel.exchange() != Exchange.PARTIAL_SUMS || units < hidden;
    }

    /** Of each of so many blocks: as many as it makes at once, but no more than there are. */
    private static int units(SequenceLayout kernel, int hidden, int blocks) {
        return Math.min(kernel.wholeUnits(SequenceKernel.ceil(hidden, blocks)), hidden);
    }
}
