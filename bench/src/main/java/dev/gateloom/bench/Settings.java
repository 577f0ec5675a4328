package dev.gateloom.bench;

import java.util.Map;

/**
 * How long and how often is measured.
 *
 * @param rounds forks per case and contender, taken in turns
 * @param warmup seconds for which a contender must not have become faster before it is measured; see WarmUp
 * @param seconds seconds of measurement in each fork
 * @param full whether slow engines run a larger slice of each case
 */
public record Settings(int rounds, double warmup, double seconds, boolean full) {
    /** Slow engines and the floating-point operations that each may spend on one call. */
    private static final Map<String, Double> SLOW = Map.of("reference", 5e7, "cpu-scalar", 5e8);
    /** How much larger the slices of a full run are. */
    private static final double FULL_FACTOR = 10;
    /** Iterations that a measurement is divided into. */
    static final int ITERATIONS = 5;

    /**
     * What a slow engine may cost per call before it is timed on a slice of the case: floating-point operations.
     *
     * @param contender a contender's name
     * @return the limit; infinite for a fast contender
     */
    double budget(String contender) {
        return (full ? FULL_FACTOR : 1) * SLOW.getOrDefault(engine(contender), Double.POSITIVE_INFINITY);
    }

    private static String engine(String contender) {
        return contender.replaceAll("@.*", "");
    }

    /**
     * Whether a contender is only there for comparison with the others: it is timed once and shortly.
     *
     * @param contender a contender's name
     * @return true for the reference and the scalar engine
     */
    public boolean slow(String contender) {
        return SLOW.containsKey(engine(contender));
    }

    /**
     * The times for one contender.
     *
     * @param contender its name
     * @return shorter ones if it is slow
     */
    Settings of(String contender) {
        return slow(contender) && !full ? new Settings(rounds, warmup / 3, seconds / 2, false) : this;
    }

    /**
     * The size on which a contender is timed. A slice has fewer steps, and fewer sequences if one step alone is too
     * much; its time is scaled up by the number of operations. Of a ragged batch the lengths shrink with it.
     *
     * @param contender its name
     * @param c the case
     * @return the case itself or a slice of it
     */
    public Case slice(String contender, Case c) {
        double budget = budget(contender);
        if (c.flops() <= budget || c.kind() == Kind.STEP) {
            return c;
        }
        Dims d = c.dims();
        double step = c.with(d.slice(d.batch(), 1)).flops();
        if (step <= budget) {
            return c.with(d.slice(d.batch(), (int) (budget / step)));
        }
        return c.with(d.slice((int) Math.max(1, budget / (step / d.batch())), 1));
    }
}
