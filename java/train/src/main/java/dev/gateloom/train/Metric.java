package dev.gateloom.train;

import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Loss;
import dev.gateloom.nn.Tensor;

/** A number that says how good answers are; gathered batch by batch. */
public interface Metric {

    /**
     * What it is called.
     *
     * @return for example {@code accuracy}
     */
    String name();

    /**
     * Says what the answers are trained to: a metric of classes counts the rows that a {@link CrossEntropy} counts. A trainer
     * calls it before it scores.
     *
     * @param loss of the trainer
     */
    default void follow(Loss loss) {
    }

    /** Starts anew. */
    void reset();

    /**
     * Adds a batch.
     *
     * @param y answers of the model
     * @param target what they should be
     */
    void add(Tensor y, Tensor target);

    /**
     * The value over all batches since the start.
     *
     * @return NaN if nothing counted
     */
    double result();
}
