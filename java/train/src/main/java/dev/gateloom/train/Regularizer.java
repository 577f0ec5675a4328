package dev.gateloom.train;

import dev.gateloom.nn.Trainable;
import dev.gateloom.train.internal.Require;
import java.util.List;
import java.util.function.Predicate;

/** A penalty on weights: {@code l1 Σ|w| + l2 Σw²}, by default on matrices only and not on biases, as in Keras. */
public final class Regularizer {
    private final double l1;
    private final double l2;
    private final Predicate<Trainable> which;

    private Regularizer(double l1, double l2, Predicate<Trainable> which) {
        this.l1 = l1;
        this.l2 = l2;
        this.which = which;
    }

    /**
     * Both penalties.
     *
     * @param l1 of absolute values, at least 0
     * @param l2 of squares, at least 0
     * @return the penalty on all parameters of at least two dimensions
     */
    public static Regularizer of(double l1, double l2) {
        Require.that(l1 >= 0, "l1", "at least 0", l1);
        Require.that(l2 >= 0, "l2", "at least 0", l2);
        return new Regularizer(l1, l2, t -> t.shape().size() >= 2);
    }

    /**
     * Other parameters.
     *
     * @param parameters which are penalised
     * @return the penalty
     */
    public Regularizer on(Predicate<Trainable> parameters) {
        return new Regularizer(l1, l2, parameters);
    }

    /**
     * Adds the gradient of the penalty.
     *
     * @param parameters of the model
     * @return the penalty
     */
    public double apply(List<Trainable> parameters) {
        double penalty = 0;
        for (int k = 0; k < parameters.size(); k++) {
            Trainable t = parameters.get(k);
            if (which.test(t)) {
                penalty += apply(t.values(), t.gradients(), t.offset(), t.end());
            }
        }
        return penalty;
    }

    private double apply(float[] w, float[] g, int begin, int end) {
        double sum = 0;
        double squares = 0;
        for (int i = begin; i < end; i++) {
            sum += Math.abs(w[i]);
            squares += (double) w[i] * w[i];
            g[i] += (float) (l1 * Math.signum(w[i]) + 2 * l2 * w[i]);
        }
        return l1 * sum + l2 * squares;
    }
}
