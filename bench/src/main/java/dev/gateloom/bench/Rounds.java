package dev.gateloom.bench;

import java.util.Arrays;

/**
 * The times of forks that took turns with those of others.
 *
 * @param values nanoseconds per call: a row for each fork, a value for each iteration
 */
public record Rounds(double[][] values) {

    /**
     * The median of every fork.
     *
     * @return nanoseconds per call
     */
    public double[] medians() {
        return Arrays.stream(values).mapToDouble(Statistics::median).toArray();
    }

    /**
     * The median over the forks of their medians.
     *
     * @return nanoseconds per call
     */
    public double nanos() {
        return Statistics.median(medians());
    }

    /**
     * Half the distance of the quartiles of the forks' medians; of the iterations if there was one fork.
     *
     * @return nanoseconds per call
     */
    public double spread() {
        return Statistics.spread(values.length == 1 ? values[0] : medians());
    }

    /**
     * How many times faster than another. Forks that took turns are compared pair by pair, so that a slow phase of
     * the machine hits both; then the median of the ratios is taken.
     *
     * @param other who took turns with these
     * @return more than 1 if this one is faster
     */
    public double timesFasterThan(Rounds other) {
        double[] mine = medians();
        double[] theirs = other.medians();
        if (mine.length != theirs.length) {
            return other.nanos() / nanos();
        }
        double[] ratios = new double[mine.length];
        for (int k = 0; k < ratios.length; k++) {
            ratios[k] = theirs[k] / mine[k];
        }
        return Statistics.median(ratios);
    }
}
