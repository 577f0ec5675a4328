package dev.gateloom.bench;

/**
 * What was measured of one contender on one case.
 *
 * @param of the case
 * @param contender its name
 * @param description who ran, with versions and threads
 * @param timed the case that was really timed: a slice of {@code of} for a slow engine
 * @param rounds nanoseconds per call, one row per fork, one value per iteration, scaled from {@code timed} to
 *     {@code of}; empty if there is a failure
 * @param failure why there is no result; empty if there is one
 */
public record Measurement(Case of, String contender, String description, Case timed, double[][] rounds,
        String failure) {

    /**
     * Without a result.
     *
     * @param of the case
     * @param contender its name
     * @param failure why
     * @return the measurement
     */
    public static Measurement failed(Case of, String contender, String failure) {
        return new Measurement(of, contender, "", of, new double[0][], failure);
    }

    /**
     * Whether there is a result.
     *
     * @return false after a failure
     */
    public boolean ok() {
        return failure.isEmpty();
    }

    /**
     * Whether the time was scaled up from a slice.
     *
     * @return true if so
     */
    public boolean scaled() {
        return !timed.equals(of);
    }

    /**
     * The median of every fork.
     *
     * @return nanoseconds per call
     */
    public double[] roundMedians() {
        return turns().medians();
    }

    /**
     * The median over the forks of their medians.
     *
     * @return nanoseconds per call
     */
    public double nanos() {
        return turns().nanos();
    }

    /**
     * Half the distance of the quartiles of the forks' medians; of the iterations if there was one fork.
     *
     * @return nanoseconds per call
     */
    public double spread() {
        return turns().spread();
    }

    /**
     * Matrix products only.
     *
     * @return GFLOP/s
     */
    public double gflops() {
        return of.flops() / nanos();
    }

    /**
     * How fast the weights are read, once for each time step.
     *
     * @return GB/s
     */
    public double weightBandwidth() {
        return of.weightBytes() * of.dims().steps() / nanos();
    }

    /**
     * Whole sequences.
     *
     * @return per second
     */
    public double sequencesPerSecond() {
        return of.dims().batch() * 1e9 / nanos();
    }

    /**
     * Time steps of single sequences.
     *
     * @return per second
     */
    public double stepsPerSecond() {
        return sequencesPerSecond() * of.dims().steps();
    }

    /**
     * How many times faster than another.
     *
     * @param other of the same case
     * @return more than 1 if this one is faster
     */
    public double timesFasterThan(Measurement other) {
        return turns().timesFasterThan(other.turns());
    }

    private Rounds turns() {
        return new Rounds(rounds);
    }
}
