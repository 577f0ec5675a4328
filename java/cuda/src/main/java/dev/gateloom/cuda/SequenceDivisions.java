package dev.gateloom.cuda;

import dev.gateloom.cuda.planner.Assessment;
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
        return SequenceKernel.of(strategy, problem.config().cell(), problem.precision(), phase)
                .map(kernel -> KernelLayout.cheapest(problem, gpu, phase, layouts(strategy, kernel, problem, gpu)));
    }

    private List<KernelLayout> layouts(Strategy strategy, SequenceKernel kernel, Problem problem, Gpu gpu) {
        int hidden = problem.config().hiddenSize();
        int batch = problem.batch();
        List<KernelLayout> layouts = new ArrayList<>();
        for (int rows : options.rows() > 0 ? new int[] {options.rows()} : kernel.rows(batch)) {
            if (strategy == Strategy.A) {
                layouts.add(kernel.layout(strategy, hidden, batch, rows, hidden, batch));
            } else {
                shared(layouts, kernel, hidden, batch, rows, gpu.multiprocessors());
            }
        }
        return layouts;
    }

    /**
     * One block for each multiprocessor at most: more would share its memory. More groups have fewer tiles each, but more
     * units in each block.
     */
    private void shared(List<KernelLayout> layouts, SequenceKernel kernel, int hidden, int batch, int rows, int multiprocessors) {
        int tiles = SequenceKernel.ceil(batch, rows);
        int most = options.groups() > 0 ? Math.min(options.groups(), tiles) : tiles;
        if (options.units() > 0) {
            layouts.add(kernel.layout(Strategy.C, hidden, batch, rows, options.units(), most));
            return;
        }
        for (int groups = 1; groups <= Math.min(most, multiprocessors); groups++) {
            int units = Math.min(kernel.wholeUnits(SequenceKernel.ceil(hidden, multiprocessors / groups)), hidden);
            layouts.add(kernel.layout(Strategy.C, hidden, batch, rows, units, groups));
        }
    }
}
