package dev.gateloom.cuda.planner;

import dev.gateloom.cuda.Strategy;

/**
 * A strategy that was considered for a pass.
 *
 * @param strategy the strategy
 * @param verdict what became of it
 * @param reason why, in words
 * @param plan its cheapest layout; null if it is impossible
 */
public record Candidate(Strategy strategy, Verdict verdict, String reason, PassPlan plan) {

    /** What becomes of a strategy. */
    public enum Verdict {
        /** It is the cheapest one of those that exist. */
        CHOSEN,
        /** It would be possible, but there is no kernel. */
        NOT_IMPLEMENTED,
        /** Another one is cheaper. */
        SLOWER,
        /** It does not fit, or lacks an option, or the GPU lacks what it needs. */
        IMPOSSIBLE
    }

    /**
     * Whether its kernels can run the pass, if asked to.
     *
     * @return true unless it is impossible or not implemented
     */
    public boolean runs() {
        return verdict == Verdict.CHOSEN || verdict == Verdict.SLOWER;
    }
}
