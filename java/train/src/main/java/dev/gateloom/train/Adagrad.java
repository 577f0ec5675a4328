package dev.gateloom.train;

import dev.gateloom.nn.Trainable;
import java.util.Arrays;
import java.util.List;

/**
 * Adagrad (Duchi, Hazan and Singer 2011), for every parameter p with gradient {@code g = gradient + penalty·p}
 * ({@link #weightDecay}):
 *
 * <pre>
 * v = v + g²
 * PyTorch  p -= rate · g / (√v + ε)      v starts at 0, ε 1e-10
 * Keras    p -= rate · g / √(v + ε)      v starts at 0.1, ε 1e-7
 * </pre>
 */
public final class Adagrad extends Optimizer {
    private double eps;
    private double rate;

    /**
     * PyTorch's definition.
     *
     * @param parameters what it changes
     * @param learningRate rate, positive; 0.01 is usual
     */
    public Adagrad(List<Trainable> parameters, double learningRate) {
        this(parameters, learningRate, Definition.PYTORCH);
    }

    /**
     * With a choice of definition.
     *
     * @param parameters what it changes
     * @param learningRate rate, positive
     * @param definition whose
     */
    public Adagrad(List<Trainable> parameters, double learningRate, Definition definition) {
        super(parameters, learningRate, definition, "sum");
        eps = definition == Definition.KERAS ? 1e-7 : 1e-10;
        if (definition == Definition.KERAS) {
            for (int k = 0; k < parameters.size(); k++) {
                Arrays.fill(slot(k, 0), 0.1f);
            }
        }
    }

    /**
     * Sets ε.
     *
     * @param value at least 0
     * @return this
     */
    public Adagrad eps(double value) {
        eps = notNegative("eps", value);
        return this;
    }

    @Override
    public Adagrad weightDecay(double value) {
        super.weightDecay(value);
        return this;
    }

    @Override
    protected String settings() {
        return super.settings() + ", eps " + eps;
    }

    @Override
    protected void begin(long update, double newRate) {
        rate = newRate;
    }

    @Override
    protected void update(float[] p, float[] gradients, float[][] state, int start, int end) {
        double penalty = penalty();
        float[] sum = state[0];
        boolean keras = definition() == Definition.KERAS;
        for (int i = start; i < end; i++) {
            double g = gradients[i] + penalty * p[i];
            double square = sum[i] + g * g;
            sum[i] = (float) square;
            p[i] -= (float) (rate * g / (keras ? Math.sqrt(square + eps) : Math.sqrt(square) + eps));
        }
    }
}
