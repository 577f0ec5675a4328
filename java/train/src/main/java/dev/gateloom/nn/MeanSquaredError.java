package dev.gateloom.nn;

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
}
