package dev.gateloom.reference;

/** One step of one sequence: its results, and how gradients go back through it. */
abstract class Step {
    /** New hidden state [R]. */
    final double[] h;
    /** New cell state [H]; null unless the cell is an LSTM. */
    final double[] c;

    Step(double[] h, double[] c) {
        this.h = h;
        this.c = c;
    }

    /**
     * Gradients of the loss with respect to x, h_{t-1} and c_{t-1}, given those with respect to h_t and c_t; adds to
     * the gradients of the parameters.
     */
    abstract Gradient backward(double[] dh, double[] dc);

    /** What {@link #backward} gives; {@code dc} is null unless the cell is an LSTM. */
    record Gradient(double[] dx, double[] dh, double[] dc) {
    }
}
