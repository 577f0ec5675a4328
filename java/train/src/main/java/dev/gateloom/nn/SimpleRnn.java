package dev.gateloom.nn;

import dev.gateloom.CellType;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnState;
import dev.gateloom.RnnWeights;
import dev.gateloom.train.internal.Require;

/** Plain recurrence: {@code h_t = f(W x_t + R h_{t-1} + b)}. */
public final class SimpleRnn extends Recurrent {
    private double lambda;
    private VanishingGradient penalty;
    private double lastPenalty;

    /**
     * With the hyperbolic tangent.
     *
     * @param units H, at least 1
     */
    public SimpleRnn(int units) {
        this(units, Activation.TANH);
    }

    /**
     * With a choice.
     *
     * @param units H, at least 1
     * @param activation TANH or RELU
     */
    public SimpleRnn(int units, Activation activation) {
        super(activation == Activation.RELU ? CellType.RNN_RELU : CellType.RNN_TANH, units);
        Require.that(activation == Activation.TANH || activation == Activation.RELU, "activation", "TANH or RELU",
                activation);
    }

    /**
     * Keeps gradients from vanishing, or exploding, from step to step: a penalty on the recurrent weights (Pascanu, Mikolov and
     * Bengio 2013), for one layer and direction, forward, from a zero state, without masks and dropout.
     *
     * @param weight λ of the penalty, at least 0; 0 by default
     * @return this
     */
    public SimpleRnn vanishingGradientPenalty(double weight) {
        Require.that(weight >= 0, "weight", "at least 0", weight);
        lambda = weight;
        return this;
    }

    /**
     * The penalty of the last backward. It is not part of the loss that a trainer reports.
     *
     * @return 0 without one
     */
    public double lastPenalty() {
        return lastPenalty;
    }

    @Override
    void regularize(boolean plain, RnnConfig config, RnnWeights weights, RnnWeights gradients, Tensor x, Tensor dy,
            RnnState dLast) {
        if (lambda == 0) {
            return;
        }
        if (!plain || config.numLayers() > 1 || config.numDirections() > 1 || config.stochastic()) {
            Require.that(false, "vanishingGradientPenalty", "one layer, forward, from a zero state, without masks and dropout",
                    config);
        }
        if (penalty == null) {
            penalty = new VanishingGradient(config, lambda);
        }
        lastPenalty = penalty.add(weights, gradients, x, dy, dLast);
    }

    @Override
    public String kind() {
        return "SimpleRNN";
    }
}
