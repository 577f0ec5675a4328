package dev.gateloom.nn;

/** {@code L = mean((y - target)²)} over all elements; {@code dy = 2 (y - target) / n}. */
public final class MeanSquaredError implements Loss {

    /** Stateless. */
    public MeanSquaredError() {
    }

    @Override
    public double compute(Tensor y, Tensor target, Tensor dy) {
        target.require("target", y.steps(), y.batch(), y.features());
        int n = y.size();
        if (dy != null) {
            dy.shape(y.steps(), y.batch(), y.features());
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double error = (double) y.values()[i] - target.values()[i];
            sum += error * error;
            if (dy != null) {
                dy.values()[i] = (float) (2 * error / n);
            }
        }
        return sum / n;
    }

    @Override
    public long count(Tensor target) {
        return target.size();
    }
}
