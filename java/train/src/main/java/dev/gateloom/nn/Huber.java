package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;

/** The mean of {@code e²/2} where {@code |e| ≤ delta} and of {@code delta (|e| - delta/2)} elsewhere, e = y - target. */
public final class Huber extends ElementwiseLoss {
    private final double delta;

    /**
     * Makes the loss.
     *
     * @param delta where the parabola ends, positive; the usual value is 1
     */
    public Huber(double delta) {
        Require.that(delta > 0, "delta", "a positive number", delta);
        this.delta = delta;
    }

    @Override
    public String description() {
        return "Huber, delta " + delta;
    }

    @Override
    double value(double y, double target) {
        double e = Math.abs(y - target);
        return e <= delta ? e * e / 2 : delta * (e - delta / 2);
    }

    @Override
    double slope(double y, double target) {
        return Math.max(-delta, Math.min(delta, y - target));
    }
}
