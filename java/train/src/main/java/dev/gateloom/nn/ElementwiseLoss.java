package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.Arrays;

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
        for (int from = 0; from < y.size(); from += perStep) {
            if (y.mask() == null || y.mask()[from / perStep]) {
                sum += step(y.values(), target.values(), from, from + perStep, counted, dy == null ? null : dy.values());
            } else if (dy != null) {
                Arrays.fill(dy.values(), from, from + perStep, 0f);
            }
        }
        return counted == 0 ? 0 : sum / counted;
    }

    /** Returns the sum of {@link #value} over a step that counts, or over everything; unless dy is null writes the slopes. */
    double step(float[] y, float[] target, int from, int to, long counted, float[] dy) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += value(y[i], target[i]);
            if (dy != null) {
                dy[i] = (float) (slope(y[i], target[i]) / counted);
            }
        }
        return sum;
    }

    @Override
    public final long count(Tensor y, Tensor target) {
        if (target.size() != y.size() || target.batch() != y.batch()) {
            Require.that(false, "target of " + getClass().getSimpleName(), "as many values as the model's output " + y
                    + (target.rank() > y.rank() ? " (targets for each step need returnSequences(true))" : ""), target);
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
