package dev.gateloom.nn;

import dev.gateloom.spi.Workers;
import dev.gateloom.train.internal.Squares;

/** {@code L = mean((y - target)²)} over all elements. For one thread at a time. */
public final class MeanSquaredError extends ElementwiseLoss {
    private final Squares squares;

    /** On the calling thread, until {@link #on} some operations. */
    public MeanSquaredError() {
        this(Workers.NONE);
    }

    private MeanSquaredError(Workers workers) {
        squares = new Squares(workers);
    }

    /** {@inheritDoc} On their threads, that is. */
    @Override
    public MeanSquaredError on(Operations operations) {
        return new MeanSquaredError(operations.workers());
    }

    @Override
    double value(double y, double target) {
        return (y - target) * (y - target);
    }

    @Override
    double slope(double y, double target) {
        return 2 * (y - target);
    }

    /** In vectors, since a sequence of outputs may be as large as a recurrent layer. */
    @Override
    double step(float[] y, float[] target, int from, int to, long counted, float[] dy) {
        return squares.ofDifferences(y, target, from, to, (float) (2.0 / counted), dy);
    }
}
