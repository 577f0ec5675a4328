package dev.gateloom.train;

import dev.gateloom.nn.Trainable;
import java.util.List;

/**
 * Adam with Nesterov's momentum (Dozat 2016). At update t, for every parameter p with gradient
 * {@code g = gradient + penalty·p}
 * ({@link #weightDecay}):
 *
 * <pre>
 * μ_t = β₁ (1 - ½·0.96^(t·momentumDecay)),  M_t = μ_1 ⋯ μ_t
 * m   = β₁ m + (1 - β₁) g
 * v   = β₂ v + (1 - β₂) g²
 * p  -= rate ( (1 - μ_t) / (1 - M_t) · g + μ_{t+1} / (1 - M_{t+1}) · m ) / (√(v / (1 - β₂ᵗ)) + ε)
 * </pre>
 *
 * PyTorch: momentumDecay 0.004, ε 1e-8; Keras: 1 and 1e-7.
 */
public final class NAdam extends Optimizer {
    private double beta1 = 0.9;
    private double beta2 = 0.999;
    private double eps;
    private double momentumDecay;
    private double product = 1;             // M_t
    private double ofGradient;
    private double ofMean;
    private double correction;

    /**
     * PyTorch's definition.
     *
     * @param parameters what it changes
     * @param learningRate rate, positive; 0.002 is usual
     */
    public NAdam(List<Trainable> parameters, double learningRate) {
        this(parameters, learningRate, Definition.PYTORCH);
    }

    /**
     * With a choice of definition.
     *
     * @param parameters what it changes
     * @param learningRate rate, positive
     * @param definition whose
     */
    public NAdam(List<Trainable> parameters, double learningRate, Definition definition) {
        super(parameters, learningRate, definition, "m", "v");
        eps = definition == Definition.KERAS ? 1e-7 : 1e-8;
        momentumDecay = definition == Definition.KERAS ? 1 : 0.004;
    }

    /**
     * Sets both decays.
     *
     * @param first β₁, in [0, 1)
     * @param second β₂, in [0, 1)
     * @return this
     */
    public NAdam betas(double first, double second) {
        beta1 = inUnit("beta1", first);
        beta2 = inUnit("beta2", second);
        return this;
    }

    /**
     * Sets ε.
     *
     * @param value at least 0
     * @return this
     */
    public NAdam eps(double value) {
        eps = notNegative("eps", value);
        return this;
    }

    /**
     * Sets how fast μ grows to β₁.
     *
     * @param value at least 0
     * @return this
     */
    public NAdam momentumDecay(double value) {
        momentumDecay = notNegative("momentumDecay", value);
        return this;
    }

    @Override
    public NAdam weightDecay(double value) {
        super.weightDecay(value);
        return this;
    }

    private double mu(long t) {
        return beta1 * (1 - 0.5 * Math.pow(0.96, t * momentumDecay));
    }

    @Override
    protected void resumed(long done) {
        product = 1;
        for (long t = 1; t <= done; t++) {
            product *= mu(t);
        }
    }

    @Override
    protected String settings() {
        return super.settings() + ", betas " + beta1 + " and " + beta2 + ", eps " + eps + ", momentum decay " + momentumDecay;
    }

    @Override
    protected void begin(long update, double rate) {
        product *= mu(update);
        double next = mu(update + 1);
        ofGradient = rate * (1 - mu(update)) / (1 - product);
        ofMean = rate * next / (1 - product * next);
        correction = 1 - Math.pow(beta2, update);
    }

    @Override
    protected void update(float[] p, float[] gradients, float[][] state, int start, int end) {
        double penalty = penalty();
        float[] m = state[0];
        float[] v = state[1];
        for (int i = start; i < end; i++) {
            double g = gradients[i] + penalty * p[i];
            double mean = beta1 * m[i] + (1 - beta1) * g;
            double square = beta2 * v[i] + (1 - beta2) * g * g;
            m[i] = (float) mean;
            v[i] = (float) square;
            p[i] -= (float) ((ofGradient * g + ofMean * mean) / (Math.sqrt(square / correction) + eps));
        }
    }
}
