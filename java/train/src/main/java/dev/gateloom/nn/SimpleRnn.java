package dev.gateloom.nn;

import dev.gateloom.CellType;
import dev.gateloom.train.internal.Require;

/** Plain recurrence: {@code h_t = f(W x_t + R h_{t-1} + b)}. */
public final class SimpleRnn extends Recurrent {

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

    @Override
    public String kind() {
        return "SimpleRNN";
    }
}
