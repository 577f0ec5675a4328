package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;

/** A layer with one input and one output. */
public abstract class UnaryLayer extends Layer {
    private Tensor input;

    /** For layers. */
    protected UnaryLayer() {
    }

    /**
     * Takes sizes from the input and draws the parameters.
     *
     * @param setup engine, operations, first values
     * @param input shape of a sample, without the batch; -1 for a size that may vary
     * @return shape of a sample of the output
     */
    protected abstract int[] create(Setup setup, int[] input);

    /**
     * Computes the output; the input is kept for backward by the caller of this method.
     *
     * @param x input
     * @param y receives the output
     * @param training whether backward follows, and dropout is on
     */
    protected abstract void compute(Tensor x, Tensor y, boolean training);

    /**
     * Computes the gradients.
     *
     * @param x input of the forward
     * @param dy gradient of the output
     * @param dx receives the gradient of the input; null if not wanted
     */
    protected abstract void gradients(Tensor x, Tensor dy, Tensor dx);

    /**
     * As {@link Layer#forward}, with one tensor each.
     *
     * @param x input; in training it must stay as it is until backward
     * @param y receives the output
     * @param training whether backward follows, and dropout is on
     */
    public final void forward(Tensor x, Tensor y, boolean training) {
        input = null;
        compute(x, y, training);
        input = training ? x : null;
    }

    /**
     * As {@link Layer#backward}, with one tensor each.
     *
     * @param dy gradient of the output, in its shape
     * @param dx receives the gradient of the input; null if not wanted
     * @throws IllegalStateException if there was no training forward just before
     */
    public final void backward(Tensor dy, Tensor dx) {
        Tensor x = Require.present(input, "backward: call forward with training = true first");
        input = null;
        gradients(x, dy, dx);
    }

    @Override
    protected final int[][] create(Setup setup, int[][] inputs) {
        return new int[][] {create(setup, single(inputs))};
    }

    @Override
    public final void forward(Tensor[] x, Tensor[] y, boolean training) {
        forward(x[0], y[0], training);
    }

    @Override
    public final void backward(Tensor[] dy, Tensor[] dx) {
        backward(dy[0], dx[0]);
    }
}
