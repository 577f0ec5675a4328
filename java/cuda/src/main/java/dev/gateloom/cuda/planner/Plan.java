package dev.gateloom.cuda.planner;

import java.util.List;
import java.util.OptionalDouble;

/**
 * How a problem runs on a GPU.
 *
 * @param problem the problem
 * @param gpu the GPU
 * @param passes forward, then backward in training
 */
public record Plan(Problem problem, Gpu gpu, List<Choice> passes) {

    /**
     * One of the passes.
     *
     * @param phase which
     * @return its choice
     * @throws IllegalArgumentException if the problem has no such pass
     */
    public Choice of(Phase phase) {
        return passes.stream().filter(choice -> choice.phase() == phase).findFirst().orElseThrow(() ->
                new IllegalArgumentException("phase: expected FORWARD, the only pass of an inference, got " + phase));
    }

    /**
     * Estimated time of all passes together, as chosen.
     *
     * @return seconds; empty if a pass has no kernel
     */
    public OptionalDouble seconds() {
        return passes.stream().allMatch(choice -> choice.chosen().isPresent())
                ? OptionalDouble.of(passes.stream().mapToDouble(choice -> choice.chosen().orElseThrow().seconds()).sum())
                : OptionalDouble.empty();
    }
}
