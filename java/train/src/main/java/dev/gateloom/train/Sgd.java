package dev.gateloom.train;

import dev.gateloom.nn.Trainable;
import java.util.List;

/**
 * Stochastic gradient descent with momentum, for every parameter p with gradient {@code g = gradient + penalty·p}
 * ({@link #weightDecay}):
 *
 * <pre>
 * PyTorch  v = momentum·v + g          p -= rate·v, with Nesterov rate·(g + momentum·v)
 * Keras    v = momentum·v - rate·g     p += v, with Nesterov momentum·v - rate·g
 * </pre>
 *
 * Without weight decay the two differ only while the rate changes.
 */
public final class Sgd extends Optimizer {
    private double momentum;
    private boolean nesterov;
    private double rate;

    /**
     * PyTorch's definition, without momentum.
     *
     * @param parameters what it changes
     * @param learningRate rate, positive
     */
    public Sgd(List<Trainable> parameters, double learningRate) {
        this(parameters, learningRate, Definition.PYTORCH);
    }

    /**
     * With a choice of definition.
     *
     * @param parameters what it changes
     * @param learningRate rate, positive
     * @param definition whose
     */
    public Sgd(List<Trainable> parameters, double learningRate, Definition definition) {
        super(parameters, learningRate, definition, "velocity");
    }

    /**
     * Sets the momentum.
     *
     * @param value in [0, 1); 0 by default
     * @return this
     */
    public Sgd momentum(double value) {
        momentum = inUnit("momentum", value);
        return this;
    }

    /**
     * Looks ahead (Nesterov 1983; Sutskever et al. 2013).
     *
     * @param ahead false by default
     * @return this
     */
    public Sgd nesterov(boolean ahead) {
        nesterov = ahead;
        return this;
    }

    @Override
    public Sgd weightDecay(double value) {
        super.weightDecay(value);
        return this;
    }

    @Override
    protected String settings() {
        return super.settings() + ", momentum " + momentum + (nesterov ? ", nesterov" : "");
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
            double velocity = momentum * v[i] + (keras ? -rate * g : g);
            v[i] = (float) velocity;
            if (keras) {
                p[i] += (float) (nesterov ? momentum * velocity - rate * g : velocity);
            } else {
                p[i] -= (float) (rate * (nesterov ? g + momentum * velocity : velocity));
            }
        }
    }
}
