package dev.gateloom.reference;

import dev.gateloom.LayerNorm;
import dev.gateloom.RnnConfig;

/**
 * What becomes of {@code p = W_ih x} or {@code p = W_hh h} before the gates add them up: {@code p + b}, or
 * {@code γ⊙LN(p) + β + b} over all G·H values together.
 */
final class GateTerm {
    private final LayerNormalisation normalisation;
    private final Weight bias;

    /** {@code side} is {@code ih} or {@code hh}. */
    GateTerm(RnnConfig config, Parameters parameters, String side, Activations activations) {
        normalisation = config.layerNorm() == LayerNorm.NONE ? null : new LayerNormalisation(
                parameters.take("ln_gamma_" + side), parameters.take("ln_beta_" + side), config.layerNormEps(),
                activations);
        bias = parameters.take("bias_" + side);
    }

    /** The term of one step. */
    final class Value {
        final double[] value;
        private final LayerNormalisation.Normalised normalised;

        Value(double[] product) {
            normalised = normalisation == null ? null : normalisation.forward(product);
            value = (normalised == null ? product : normalised.value).clone();
            for (int j = 0; bias != null && j < value.length; j++) {
                value[j] += bias.value[j];
            }
        }

        /** Gradient of the product. */
        double[] backward(double[] d) {
            for (int j = 0; bias != null && j < d.length; j++) {
                bias.gradient[j] += d[j];
            }
            return normalised == null ? d : normalised.backward(d);
        }
    }

    Value forward(double[] product) {
        return new Value(product);
    }
}
