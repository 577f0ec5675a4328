package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.Arrays;

/**
 * Cross-entropy of a softmax over the features: {@code L = -mean(log softmax(y)[class])} over the rows that are not
 * ignored. {@code target [T, B, 1]} holds class numbers, or {@link #IGNORE} where a row does not count, such as
 * padding. {@code dy = (softmax(y) - onehot(class)) / n}, zero in ignored rows. A batch without any row that counts has
 * the loss 0.
 */
public final class CrossEntropy implements Loss {
    /** Class number of a row that does not count, as in PyTorch. */
    public static final int IGNORE = -100;

    /** Stateless. */
    public CrossEntropy() {
    }

    @Override
    public double compute(Tensor y, Tensor target, Tensor dy) {
        target.require("target", y.steps(), y.batch(), 1);
        int classes = y.features();
        long counted = count(target);
        if (dy != null) {
            dy.shape(y.steps(), y.batch(), classes);
            Arrays.fill(dy.values(), 0, dy.size(), 0f);
        }
        double sum = 0;
        for (int row = 0; row < y.rows(); row++) {
            float value = target.values()[row];
            if (value == IGNORE) {
                continue;
            }
            int label = (int) value;
            if (label != value || label < 0 || label >= classes) {
                Require.that(false, "target[" + row + "]", "a class from 0 to " + (classes - 1) + ", or " + IGNORE,
                        value);
            }
            int start = row * classes;      // y[row, :]
            double logSum = logSumExp(y.values(), start, classes);
            sum += logSum - y.values()[start + label];
            if (dy != null) {
                for (int k = 0; k < classes; k++) {
                    double p = Math.exp(y.values()[start + k] - logSum);
                    dy.values()[start + k] = (float) ((p - (k == label ? 1 : 0)) / counted);
                }
            }
        }
        return counted == 0 ? 0 : sum / counted;
    }

    @Override
    public long count(Tensor target) {
        long counted = 0;
        for (int row = 0; row < target.rows(); row++) {
            counted += target.values()[row] == IGNORE ? 0 : 1;
        }
        return counted;
    }

    /** {@code log(sum(exp(v)))}, with the largest value taken out so that no exponential overflows. */
    private static double logSumExp(float[] v, int start, int count) {
        double max = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < count; k++) {
            max = Math.max(max, v[start + k]);
        }
        double sum = 0;
        for (int k = 0; k < count; k++) {
            sum += Math.exp(v[start + k] - max);
        }
        return max + Math.log(sum);
    }
}
