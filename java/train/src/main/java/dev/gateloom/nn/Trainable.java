package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;

/**
 * Parameters of a layer as an optimizer sees them: one flat array and its gradients.
 *
 * @param name unique inside its layer, for example {@code weight}
 * @param values the parameters
 * @param gradients of the same length; backward adds to them
 * @param changed to be run after the values were changed, so that packed copies are renewed
 */
public record Trainable(String name, float[] values, float[] gradients, Runnable changed) {

    /**
     * Checks the lengths.
     *
     * @param name unique inside its layer, for example {@code weight}
     * @param values the parameters
     * @param gradients of the same length; backward adds to them
     * @param changed to be run after the values were changed, so that packed copies are renewed
     */
    public Trainable {
        Require.that(values.length == gradients.length, "gradients", values.length + " values", gradients.length);
    }
}
