package dev.gateloom;

/**
 * The largest sequence batch that a plan accepts.
 *
 * @param maxSteps time steps T, at least 1
 * @param maxBatch sequences B, at least 1
 */
public record Shape(int maxSteps, int maxBatch) {

    /**
     * Checks both numbers.
     *
     * @param maxSteps at least 1
     * @param maxBatch at least 1
     */
    public Shape {
        Check.atLeast("maxSteps", maxSteps, 1);
        Check.atLeast("maxBatch", maxBatch, 1);
    }

    /**
     * The same as the constructor.
     *
     * @param maxSteps time steps T, at least 1
     * @param maxBatch sequences B, at least 1
     * @return the shape
     */
    public static Shape of(int maxSteps, int maxBatch) {
        return new Shape(maxSteps, maxBatch);
    }
}
