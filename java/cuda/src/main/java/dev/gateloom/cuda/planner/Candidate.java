package dev.gateloom.cuda.planner;

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
        /** Nothing else speaks against it. */
        NOT_IMPLEMENTED,
        /** Another one is cheaper. */
        SLOWER,
        /** It does not fit, or lacks an option, or the GPU lacks what it needs. */
        IMPOSSIBLE
    }
}
