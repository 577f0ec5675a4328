package dev.gateloom.cuda.planner;

import dev.gateloom.cuda.Strategy;
import dev.gateloom.cuda.planner.Candidate.Verdict;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The strategy of one pass, and what was said of the others.
 *
 * @param phase the pass
 * @param candidates one for each strategy, A to D
 */
public record Choice(Phase phase, List<Candidate> candidates) {

    /**
     * What was said of one strategy.
     *
     * @param strategy which
     * @return its candidate
     */
    public Candidate of(Strategy strategy) {
        return candidates.get(strategy.ordinal());
    }

    /**
     * What is to be launched.
     *
     * @return the plan; empty if no kernel exists that could
     */
    public Optional<PassPlan> chosen() {
        return candidates.stream().filter(c -> c.verdict() == Verdict.CHOSEN).map(Candidate::plan).findFirst();
    }

    /**
     * What the model would choose if every kernel existed.
     *
     * @return the cheapest plan; empty if the GPU cannot compute in that precision
     */
    public Optional<PassPlan> preferred() {
        return candidates.stream().map(Candidate::plan).filter(plan -> plan != null)
                .min(Comparator.comparingDouble(PassPlan::seconds));
    }
}
