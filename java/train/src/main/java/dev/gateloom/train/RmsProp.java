package dev.gateloom.train;

import dev.gateloom.nn.Trainable;
import java.util.List;

/**
 * RMSprop (Hinton, Srivastava and Swersky 2012), for every parameter p with gradient {@code g = gradient + penalty·p}
 * ({@link #weightDecay}):
 *
 * <pre>
 * v = α v + (1 - α) g²
 * PyTorch  p -= rate · g / (√v + ε)      α 0.99, ε 1e-8
 * Keras    p -= rate · g / √(v + ε)      α 0.9, ε 1e-7
 * </pre>
 */
public final class RmsProp extends Optimizer {
    private double alpha;
    private double eps;
    private double rate;

    /**
     * PyTorch's definition.
     *
     * @param parameters what it changes
     * @param learningRate rate, positive; 0.01 is usual
     */
    public RmsProp(List<Trainable> parameters, double learningRate) {
        this(parameters, learningRate, Definition.PYTORCH);
    }

    /**
     * With a choice of definition.
     *
     * @param parameters what it changes
     * @param learningRate rate, positive
     * @param definition whose
     */
    public RmsProp(List<Trainable> parameters, double learningRate, Definition definition) {
        super(parameters, learningRate, definition, "v");
        alpha = definition == Definition.KERAS ? 0.9 : 0.99;
        eps = definition == Definition.KERAS ? 1e-7 : 1e-8;
    }

    /**
     * Sets the decay of the mean of squared gradients.
     *
     * @param value α, in [0, 1)
     * @return this
     */
    public RmsProp alpha(double value) {
        alpha = inUnit("alpha", value);
        return this;
    }

    /**
     * Sets ε.
     *
     * @param value at least 0
     * @return this
     */
    public RmsProp eps(double value) {
        eps = notNegative("eps", value);
        return this;
    }

    @Override
    public RmsProp weightDecay(double value) {
        super.weightDecay(value);
        return this;
    }

    @Override
    protected String settings() {
        return super.settings() + ", alpha " + alpha + ", eps " + eps;
    }

    @Override
    protected void begin(long update, double newRate) {
        rate = newRate;
    }

    @Override
    protected void update(float[] p, float[] gradients, float[][] state, int start, int end) {
        double penalty = penalty();
        float[] v = state[0];
        boolean keras = definition() == Definition.KERAS;
        for (int i = start; i < end; i++) {
            double g = gradients[i] + penalty * p[i];
            double square = alpha * v[i] + (1 - alpha) * g * g;
            v[i] = (float) square;
            p[i] -= (float) (rate * g / (keras ? Math.sqrt(square + eps) : Math.sqrt(square) + eps));
        }
    }
}
