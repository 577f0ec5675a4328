package dev.gateloom.bench.gpu;

/**
 * What goes before the calls that are timed, nanoseconds.
 *
 * @param open engine, plan and tensors
 * @param firstCall until its result is there: it loads the kernels that nobody has used in this program yet, which a driver may have to
 *     compile first, and packs the weights
 * @param capture of all graphs; 0 if there are none
 */
public record Preparation(double open, double firstCall, double capture) {
    /** Nothing that is known. */
    static final Preparation NONE = new Preparation(0, 0, 0);
}
