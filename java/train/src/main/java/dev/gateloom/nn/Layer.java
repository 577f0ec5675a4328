package dev.gateloom.nn;

import java.util.List;

/**
 * A function with parameters and a gradient by hand. The caller owns inputs and outputs; the layer sets the shape of
 * what it writes. One thread at a time.
 */
public interface Layer extends AutoCloseable {

    /**
     * What an optimizer may change.
     *
     * @return the parameters with their gradients; empty for a layer without any
     */
    List<Trainable> parameters();

    /**
     * Computes the output.
     *
     * @param x input; in training it must stay as it is until backward
     * @param y receives the output
     * @param training whether backward follows, and dropout is on
     */
    void forward(Tensor x, Tensor y, boolean training);

    /**
     * Gradients of the training forward just before. Those of the parameters are <em>added</em> to
     * {@link Trainable#gradients()}.
     *
     * @param dy gradient of the output, in its shape
     * @param dx receives the gradient of the input; null if not wanted
     * @throws IllegalStateException if there was no training forward just before
     */
    void backward(Tensor dy, Tensor dx);

    /** Frees what the layer holds outside the heap; most hold nothing. */
    @Override
    default void close() {
    }
}
