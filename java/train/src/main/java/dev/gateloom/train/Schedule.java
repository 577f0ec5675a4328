package dev.gateloom.train;

import dev.gateloom.train.internal.Require;

/** How the learning rate changes during training: a function of the number of the update alone. */
@FunctionalInterface
public interface Schedule {

    /**
     * What the learning rate is multiplied by at an update.
     *
     * @param update from 0
     * @param updates how many there will be
     * @return the factor, not negative
     */
    double factor(long update, long updates);

    /**
     * No change.
     *
     * @return always 1
     */
    static Schedule constant() {
        return (update, updates) -> 1;
    }

    /**
     * Half a cosine from 1 down to 0 (Loshchilov and Hutter 2017, without restarts).
     *
     * @return {@code (1 + cos(π·update/updates)) / 2}
     */
    static Schedule cosine() {
        return (update, updates) -> (1 + Math.cos(Math.PI * update / updates)) / 2;
    }

    /**
     * A straight line from 1 down to 0.
     *
     * @return {@code 1 - update/updates}
     */
    static Schedule linear() {
        return (update, updates) -> 1 - (double) update / updates;
    }

    /**
     * The same factor again and again.
     *
     * @param every updates from one drop to the next, at least 1
     * @param gamma factor of a drop, in (0, 1]
     * @return {@code gamma^⌊update/every⌋}
     */
    static Schedule steps(long every, double gamma) {
        Require.that(every >= 1, "every", "at least 1", every);
        Require.that(gamma > 0 && gamma <= 1, "gamma", "a number in (0, 1]", gamma);
        return (update, updates) -> Math.pow(gamma, update / every);
    }

    /**
     * An exponential decay.
     *
     * @param every updates in which the rate falls by gamma, at least 1
     * @param gamma factor, in (0, 1]
     * @return {@code gamma^(update/every)}
     */
    static Schedule exponential(long every, double gamma) {
        Require.that(every >= 1, "every", "at least 1", every);
        Require.that(gamma > 0 && gamma <= 1, "gamma", "a number in (0, 1]", gamma);
        return (update, updates) -> Math.pow(gamma, (double) update / every);
    }

    /**
     * Rises from near 0 in a straight line first; this schedule follows, over the updates that are left.
     *
     * @param first updates of the rise, at least 1
     * @return the schedule
     */
    default Schedule warmup(long first) {
        Require.that(first >= 1, "first", "at least 1", first);
        return (update, updates) -> update < first ? (update + 1.0) / (first + 1)
                : factor(update - first, Math.max(1, updates - first));
    }
}
