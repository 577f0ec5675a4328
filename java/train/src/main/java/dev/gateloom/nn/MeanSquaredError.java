package dev.gateloom.nn;

import dev.gateloom.train.internal.Squares;

/** {@code L = mean((y - target)²)} over all elements. */
public final class MeanSquaredError extends ElementwiseLoss {

    /** Stateless. */
    public MeanSquaredError() {
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
        return Squares.ofDifferences(y, target, from, to, (float) (2.0 / counted), dy);
    }
}
