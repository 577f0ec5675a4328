package dev.gateloom.train;

import dev.gateloom.nn.Trainable;
import java.util.List;

/**
 * Adam (Kingma and Ba 2015). At update {@code t = 1, 2, …}, for every parameter p with gradient
 * {@code g = gradient + penalty·p}
 * ({@link #weightDecay}):
 *
 * <pre>
 * m  = β₁ m + (1 - β₁) g
 * v  = β₂ v + (1 - β₂) g²
 * PyTorch  p -= rate / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε)      ε 1e-8
 * Keras    p -= rate √(1 - β₂ᵗ) / (1 - β₁ᵗ) · m / (√v + ε)         ε 1e-7
 * </pre>
 */
public sealed class Adam extends Optimizer permits AdamW {
    private double beta1 = 0.9;
    private double beta2 = 0.999;
    private double eps;
    private double corrected;               // rate / (1 - β₁ᵗ), for Keras · √(1 - β₂ᵗ)
    private double rootOfCorrection;        // √(1 - β₂ᵗ), for Keras 1

    /**
     * PyTorch's definition: β₁ 0.9, β₂ 0.999, ε 1e-8, no weight decay.
     *
     * @param parameters what it changes
     * @param learningRate rate, positive; 0.001 is usual
     */
    public Adam(List<Trainable> parameters, double learningRate) {
        this(parameters, learningRate, Definition.PYTORCH);
    }

    /**
     * With a choice of definition.
     *
     * @param parameters what it changes
     * @param learningRate rate, positive
     * @param definition whose
     */
    public Adam(List<Trainable> parameters, double learningRate, Definition definition) {
        super(parameters, learningRate, definition, "m", "v");
        eps = definition == Definition.KERAS ? 1e-7 : 1e-8;
    }

    /**
     * Sets both decays.
     *
     * @param first β₁ of the mean of gradients, in [0, 1)
     * @param second β₂ of the mean of squared gradients, in [0, 1)
     * @return this
     */
    public Adam betas(double first, double second) {
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
    public Adam eps(double value) {
        eps = notNegative("eps", value);
        return this;
    }

    @Override
    public Adam weightDecay(double value) {
        super.weightDecay(value);
        return this;
    }

    @Override
    protected String settings() {
        return super.settings() + ", betas " + beta1 + " and " + beta2 + ", eps " + eps;
    }

    @Override
    protected void begin(long update, double newRate) {
        double root = Math.sqrt(1 - Math.pow(beta2, update));
        boolean keras = definition() == Definition.KERAS;
        corrected = newRate / (1 - Math.pow(beta1, update)) * (keras ? root : 1);
        rootOfCorrection = keras ? 1 : root;
    }

    @Override
    protected void update(float[] p, float[] gradients, float[][] state, int start, int end) {
        update(p, gradients, state[0], state[1], start, end, (float) penalty(), (float) beta1, (float) (1 - beta1),
                (float) beta2, (float) (1 - beta2), (float) corrected, (float) (1 / rootOfCorrection), (float) eps);
    }

    /** In float32, as PyTorch's is: HotSpot makes vectors of it, which it does not where floats become doubles. */
    private static void update(float[] p, float[] gradients, float[] m, float[] v, int start, int end, float penalty,
            float keepMean, float newMean, float keepSquare, float newSquare, float rate, float rootFactor, float eps) {
        for (int i = start; i < end; i++) {
            float value = p[i];
            float g = gradients[i] + penalty * value;
            float mean = keepMean * m[i] + newMean * g;
            float square = keepSquare * v[i] + newSquare * g * g;
            m[i] = mean;
            v[i] = square;
            p[i] = value - rate * mean / ((float) Math.sqrt(square) * rootFactor + eps);
        }
    }
}
