package dev.gateloom.train;

import dev.gateloom.nn.Trainable;
import dev.gateloom.train.internal.Require;
import java.util.List;

/** Keeps gradients small (Pascanu, Mikolov and Bengio 2013). */
public final class GradientClip {
    /** Keeps the factor below 1 and the division defined; PyTorch's constant. */
    private static final double EPS = 1e-6;

    private GradientClip() {
    }

    /**
     * The norm of all gradients together.
     *
     * @param parameters with their gradients
     * @return the square root of the sum of all squares
     */
    public static double globalNorm(List<Trainable> parameters) {
        double sum = 0;
        for (int k = 0; k < parameters.size(); k++) {
            for (float g : parameters.get(k).gradients()) {
                sum += (double) g * g;
            }
        }
        return Math.sqrt(sum);
    }

    /**
     * Multiplies every gradient by {@code min(1, maxNorm / (norm + 1e-6))}, as PyTorch does.
     *
     * @param parameters with their gradients
     * @param maxNorm the largest norm allowed, positive
     * @return the norm before
     */
    public static double byGlobalNorm(List<Trainable> parameters, double maxNorm) {
        if (!(maxNorm > 0)) {               // the check of an argument would box it
            Require.that(false, "maxNorm", "a positive number", maxNorm);
        }
        double norm = globalNorm(parameters);
        double factor = maxNorm / (norm + EPS);
        if (factor < 1) {
            for (int k = 0; k < parameters.size(); k++) {
                float[] gradients = parameters.get(k).gradients();
                for (int i = 0; i < gradients.length; i++) {
                    gradients[i] = (float) (gradients[i] * factor);
                }
            }
        }
        return norm;
    }
}
