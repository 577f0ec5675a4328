package dev.gateloom.train;

import dev.gateloom.nn.Trainable;
import dev.gateloom.train.internal.Require;
import java.util.List;

/**
 * Adam (Kingma and Ba 2015), PyTorch's definition. At update {@code t = 1, 2, …}, for every parameter p with gradient g:
 *
 * <pre>
 * g  = g + weightDecay·p
 * m  = β₁ m + (1 - β₁) g
 * v  = β₂ v + (1 - β₂) g²
 * p -= rate / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε)
 * </pre>
 */
public final class Adam implements Optimizer {
    private final List<Trainable> parameters;
    private final Settings settings;
    private final float[][] m;
    private final float[][] v;
    private int updates;

    /**
     * The constants of the update.
     *
     * @param learningRate rate, positive
     * @param beta1 decay of the mean of gradients, in [0, 1)
     * @param beta2 decay of the mean of squared gradients, in [0, 1)
     * @param eps ε, not negative
     * @param weightDecay L2 penalty, not negative
     */
    public record Settings(double learningRate, double beta1, double beta2, double eps, double weightDecay) {

        /**
         * Checks the ranges.
         *
         * @param learningRate rate, positive
         * @param beta1 decay of the mean of gradients, in [0, 1)
         * @param beta2 decay of the mean of squared gradients, in [0, 1)
         * @param eps ε, not negative
         * @param weightDecay L2 penalty, not negative
         */
        public Settings {
            Require.that(learningRate > 0, "learningRate", "a positive number", learningRate);
            Require.that(beta1 >= 0 && beta1 < 1, "beta1", "a number in [0, 1)", beta1);
            Require.that(beta2 >= 0 && beta2 < 1, "beta2", "a number in [0, 1)", beta2);
            Require.that(eps >= 0, "eps", "a number of at least 0", eps);
            Require.that(weightDecay >= 0, "weightDecay", "a number of at least 0", weightDecay);
        }

        /**
         * PyTorch's defaults: β₁ 0.9, β₂ 0.999, ε 1e-8, no weight decay.
         *
         * @param learningRate rate, PyTorch's default is 0.001
         * @return the settings
         */
        public static Settings of(double learningRate) {
            return new Settings(learningRate, 0.9, 0.999, 1e-8, 0);
        }
    }

    /**
     * With PyTorch's defaults.
     *
     * @param parameters what it changes
     * @param learningRate rate
     */
    public Adam(List<Trainable> parameters, double learningRate) {
        this(parameters, Settings.of(learningRate));
    }

    /**
     * With any settings.
     *
     * @param parameters what it changes
     * @param settings its constants
     */
    public Adam(List<Trainable> parameters, Settings settings) {
        this.parameters = List.copyOf(parameters);
        this.settings = settings;
        m = new float[parameters.size()][];
        v = new float[parameters.size()][];
        for (int k = 0; k < m.length; k++) {
            m[k] = new float[parameters.get(k).values().length];
            v[k] = new float[m[k].length];
        }
    }

    @Override
    public void step(double rateFactor) {
        updates++;
        double rate = settings.learningRate * rateFactor / (1 - Math.pow(settings.beta1, updates));
        double rootOfCorrection = Math.sqrt(1 - Math.pow(settings.beta2, updates));
        for (int k = 0; k < m.length; k++) {
            Trainable t = parameters.get(k);
            update(t.values(), t.gradients(), m[k], v[k], rate, rootOfCorrection);
            t.changed().run();
        }
    }

    private void update(float[] p, float[] gradients, float[] m, float[] v, double rate, double rootOfCorrection) {
        double b1 = settings.beta1;
        double b2 = settings.beta2;
        for (int i = 0; i < p.length; i++) {
            double g = gradients[i] + settings.weightDecay * p[i];
            double mean = b1 * m[i] + (1 - b1) * g;
            double square = b2 * v[i] + (1 - b2) * g * g;
            m[i] = (float) mean;
            v[i] = (float) square;
            p[i] -= (float) (rate * mean / (Math.sqrt(square) / rootOfCorrection + settings.eps));
        }
    }
}
