package dev.gateloom.bench;

/**
 * How long and how often is measured.
 *
 * @param rounds forks per case and contender, taken in turns
 * @param warmup seconds of warm-up in each fork
 * @param seconds seconds of measurement in each fork
 * @param full whether slow engines run the whole case instead of a slice of it
 */
public record Settings(int rounds, double warmup, double seconds, boolean full) {
    /** Iterations that a measurement is divided into. */
    static final int ITERATIONS = 5;
    /** The same for the warm-up. */
    static final int WARMUP_ITERATIONS = 4;

    /**
     * What a slow engine may cost per call before it is timed on a slice of the case: floating-point operations.
     *
     * @param contender a contender's name
     * @return the limit; infinite for a fast contender
     */
    double budget(String contender) {
        if (full) {
            return Double.POSITIVE_INFINITY;
        }
        return switch (contender.replaceAll("@.*", "")) {
            case "reference" -> 5e7;
            case "cpu-scalar" -> 5e8;
            default -> Double.POSITIVE_INFINITY;
        };
    }

    /**
     * The size on which a contender is timed. A slice has fewer steps, and fewer sequences if one step alone is too
     * much; its time is scaled up by the number of operations.
     *
     * @param contender its name
     * @param c the case
     * @return the case itself or a slice of it
     */
    Case slice(String contender, Case c) {
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
