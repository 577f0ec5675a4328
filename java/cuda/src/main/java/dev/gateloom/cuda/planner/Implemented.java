package dev.gateloom.cuda.planner;

import dev.gateloom.cuda.Strategy;
import java.util.Optional;

/** Which kernels there are that keep W_hh on the chip. The model prices all strategies; a plan takes what exists. D always does. */
@FunctionalInterface
public interface Implemented {

    /**
     * What the kernels of a strategy make of a pass.
     *
     * @param problem what to run
     * @param gpu where
     * @param strategy A, B or C
     * @param phase the pass
     * @return their cheapest layout, or what is in its way; empty if there are no such kernels
     */
    Optional<Assessment> assess(Problem problem, Gpu gpu, Strategy strategy, Phase phase);

    /**
     * As if there were kernels for every layout that the model knows: to ask what would be best.
     *
     * @return all of them
     */
    static Implemented everything() {
        return (problem, gpu, strategy, phase) -> Optional.of(Resident.assess(problem, gpu, strategy, phase));
    }
}
