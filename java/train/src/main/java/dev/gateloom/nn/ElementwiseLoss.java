package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;

/** A mean over all elements of a function of an element of y and of the target, which has as many. */
abstract class ElementwiseLoss implements Loss {

    abstract double value(double y, double target);

    /** Derivative of {@link #value} with respect to y. */
    abstract double slope(double y, double target);

    @Override
    public final double compute(Tensor y, Tensor target, Tensor dy) {
        long counted = count(y, target);
        int perStep = perStep(y);
        if (dy != null) {
            dy.like(y);
        }
        double sum = 0;
        for (int i = 0; i < y.size(); i++) {
            boolean counts = y.mask() == null || y.mask()[i / perStep];
            if (counts) {
                sum += value(y.values()[i], target.values()[i]);
            }
            if (dy != null) {
                dy.values()[i] = counts ? (float) (slope(y.values()[i], target.values()[i]) / counted) : 0f;
            }
        }
        return counted == 0 ? 0 : sum / counted;
    }

    @Override
    public final long count(Tensor y, Tensor target) {
        if (target.size() != y.size() || target.batch() != y.batch()) {
            Require.that(false, "target", "as many values as y " + y, target);
        }
        return countedSteps(y) * perStep(y);
    }

    /** Values of one step: what one entry of a mask is about. */
    static int perStep(Tensor y) {
        return y.mask() == null ? Math.max(y.size(), 1) : y.size() / (y.batch() * y.dim(1));
    }

    private static long countedSteps(Tensor y) {
        if (y.mask() == null) {
            return y.size() == 0 ? 0 : 1;
        }
        long steps = 0;
        for (int i = 0; i < y.batch() * y.dim(1); i++) {
            steps += y.mask()[i] ? 1 : 0;
        }
        return steps;
    }
}
