package dev.gateloom.nn;

/** {@code L = mean(|y - target|)} over all elements. */
public final class MeanAbsoluteError extends ElementwiseLoss {

    /** Stateless. */
    public MeanAbsoluteError() {
    }

    @Override
    double value(double y, double target) {
        return Math.abs(y - target);
    }

    @Override
    double slope(double y, double target) {
        return Math.signum(y - target);
    }
}
