package dev.gateloom.nn;

/** How far an output is from its target, and the gradient of that. Steps that the output's mask leaves out do not count. */
public interface Loss {

    /**
     * Computes the loss of a batch.
     *
     * @param y output of a model
     * @param target what it should be
     * @param dy receives the gradient of the loss with respect to y, in its shape; null if not wanted
     * @return the loss, a mean over what {@link #count} counts; 0 if that is nothing
     */
    double compute(Tensor y, Tensor target, Tensor dy);

    /**
     * What the loss is a mean over: its weight when losses of several batches are joined.
     *
     * @param y output of a model
     * @param target as given to {@link #compute}
     * @return the number of terms
     */
    long count(Tensor y, Tensor target);

    /**
     * What a checkpoint calls it: a run that is resumed must have a loss of the same description.
     *
     * @return the name of the class, with the options if there are any
     */
    default String description() {
        return getClass().getName().replaceFirst(".*\\.", "");
    }

    /**
     * The same, computed by some operations as far as they can. A trainer asks for those of its model.
     *
     * @param operations such as a model's {@link Layer#operations}
     * @return this, if it is plain Java in any case
     */
    default Loss on(Operations operations) {
        return this;
    }
}
