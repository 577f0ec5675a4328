package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;

/**
 * {@code L = -mean(t log p + (1 - t) log(1 - p))} over all elements, with {@code p = σ(y)}, or p = y if asked for. Targets t from 0 to 1;
 * others are refused, except in steps that do not count.
 */
public final class BinaryCrossEntropy extends ElementwiseLoss {
    private final boolean probabilities;

    /** From logits: {@code p = σ(y)}. */
    public BinaryCrossEntropy() {
        this(false);
    }

    private BinaryCrossEntropy(boolean probabilities) {
        this.probabilities = probabilities;
    }

    /**
     * For a model that ends in a sigmoid: p = y, kept {@value CrossEntropy#LEAST} away from 0 and 1.
     *
     * @return the loss
     */
    public static BinaryCrossEntropy ofProbabilities() {
        return new BinaryCrossEntropy(true);
    }

    @Override
    double step(float[] y, float[] target, int from, int to, long counted, float[] dy) {
        for (int i = from; i < to; i++) {
            if (!(target[i] >= 0 && target[i] <= 1)) {
                Require.that(false, "target[" + i + "]", "a number from 0 to 1, for binary cross-entropy", target[i]);
            }
        }
        return super.step(y, target, from, to, counted, dy);
    }

    @Override
    public String description() {
        return "BinaryCrossEntropy" + (probabilities ? " of probabilities" : "");
    }

    @Override
    double value(double y, double target) {
        if (probabilities) {
            double p = inside(y);
            return -target * Math.log(p) - (1 - target) * Math.log(1 - p);
        }
        return Math.max(y, 0) - y * target + Math.log1p(Math.exp(-Math.abs(y)));
    }

    @Override
    double slope(double y, double target) {
        if (probabilities) {
            double p = inside(y);
            return p == y ? (p - target) / (p * (1 - p)) : 0;
        }
        return 1 / (1 + Math.exp(-y)) - target;
    }

    private static double inside(double y) {
        return Math.max(CrossEntropy.LEAST, Math.min(1 - CrossEntropy.LEAST, y));
    }
}
