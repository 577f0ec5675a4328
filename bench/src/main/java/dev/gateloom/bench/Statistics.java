package dev.gateloom.bench;

import java.util.Arrays;

/** Medians and quartiles: they do not care about one disturbed measurement. */
public final class Statistics {

    private Statistics() {
    }

    /**
     * The middle value, the mean of the two middle ones if their number is even.
     *
     * @param values at least one
     * @return the median
     */
    public static double median(double... values) {
        return quantile(values, 0.5);
    }

    /**
     * Half the distance between the quartiles: half of all values lie within median ± spread if they are symmetric.
     *
     * @param values at least one
     * @return the spread
     */
    public static double spread(double... values) {
        return (quantile(values, 0.75) - quantile(values, 0.25)) / 2;
    }

    /**
     * A quantile, interpolated linearly between the sorted values.
     *
     * @param values at least one
     * @param q 0 to 1
     * @return the quantile
     */
    public static double quantile(double[] values, double q) {
        if (values.length == 0) {
            throw new IllegalArgumentException("values: expected at least one, got none");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double at = q * (sorted.length - 1);
        int low = (int) at;
        int high = Math.min(low + 1, sorted.length - 1);
        return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
    }

    /**
     * The geometric mean: the right mean of ratios.
     *
     * @param values positive, at least one
     * @return their geometric mean
     */
    public static double geometricMean(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("values: expected at least one, got none");
        }
        return Math.exp(Arrays.stream(values).map(Math::log).average().getAsDouble());
    }
}
