package dev.gateloom.train;

/** How the learning rate changes during training. */
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
}
