package dev.gateloom.bench;

/**
 * One line of a comparison with an older run.
 *
 * @param contender who
 * @param title which case
 * @param oldNanos nanoseconds per call then
 * @param newNanos nanoseconds per call now
 * @param noise relative spread of the two together: smaller changes mean nothing
 */
public record Change(String contender, String title, double oldNanos, double newNanos, double noise) {
    /** Below this a change is called none, however quiet the machine was. */
    static final double LEAST = 0.05;

    /**
     * How many times faster than before.
     *
     * @return more than 1 if it became faster
     */
    public double speedup() {
        return oldNanos / newNanos;
    }

    /**
     * In one word.
     *
     * @return {@code faster}, {@code slower} or {@code same}
     */
    public String verdict() {
        double least = 1 + Math.max(LEAST, 2 * noise);
        return speedup() >= least ? "faster" : speedup() <= 1 / least ? "slower" : "same";
    }
}
