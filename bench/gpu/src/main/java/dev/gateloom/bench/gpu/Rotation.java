package dev.gateloom.bench.gpu;

import dev.gateloom.bench.report.Text;

/**
 * How many sets of a case's inputs and outputs take turns, so that a call does not find what the one before it has left in
 * the L2 cache.
 *
 * @param sets of inputs and outputs
 * @param bytes of all sets together
 * @param l2Bytes size of the cache
 */
public record Rotation(int sets, long bytes, long l2Bytes) {
    /** Each set is captured into a graph of its own. So many small graphs are enough. */
    static final int MOST = 64;
    /**
     * Of all sets together, in all layers: where each step is a few kernels, the graphs have some ten thousands of nodes then, which a
     * driver makes in a second or so. A thousand steps leave eight sets.
     */
    static final int MOST_STEPS = 8192;
    private static final int LEAST = 2;

    /**
     * Enough sets to exceed twice the cache, if {@link #MOST} are, and no more than {@link #MOST_STEPS} allow.
     *
     * @param bytesOfSet at least 1
     * @param l2Bytes size of the cache
     * @param steps of a call, in all layers
     * @return at least two sets
     */
    public static Rotation of(long bytesOfSet, long l2Bytes, long steps) {
        long most = Math.min(MOST, MOST_STEPS / steps);
        int sets = (int) Math.max(LEAST, Math.min(most, 2 * l2Bytes / bytesOfSet + 1));
        return new Rotation(sets, sets * bytesOfSet, l2Bytes);
    }

    /**
     * So many sets, where caches do not matter.
     *
     * @param sets at least 1
     * @param bytesOfSet at least 1
     * @return the rotation
     */
    public static Rotation fixed(int sets, long bytesOfSet) {
        return new Rotation(sets, sets * bytesOfSet, 0);
    }

    /**
     * Whether the sets together exceed twice the cache.
     *
     * @return false if inputs may come from the cache
     */
    public boolean isPastL2() {
        return bytes > 2 * l2Bytes;
    }

    @Override
    public String toString() {
        return sets + " sets, " + Text.digits(bytes / 1e6) + " MB" + (isPastL2() ? "" : ", may stay in L2");
    }
}
