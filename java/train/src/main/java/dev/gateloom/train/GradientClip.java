package dev.gateloom.train;

import dev.gateloom.nn.Trainable;
import dev.gateloom.train.internal.Require;
import dev.gateloom.train.internal.Squares;
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
        return globalNorm(parameters, Squares.alone());
    }

    static double globalNorm(List<Trainable> parameters, Squares by) {
        double sum = 0;
        for (int k = 0; k < parameters.size(); k++) {
            sum += squares(parameters.get(k), by);
        }
        return Math.sqrt(sum);
    }

    /**
     * The norm of one parameter's gradient.
     *
     * @param parameter with its gradient
     * @return the square root of the sum of its squares
     */
    public static double norm(Trainable parameter) {
        return Math.sqrt(squares(parameter, Squares.alone()));
    }

    private static double squares(Trainable t, Squares by) {
        return by.sum(t.gradients(), t.offset(), t.end());
    }

    /**
     * Multiplies every gradient by {@code min(1, maxNorm / (norm + 1e-6))} with the norm of all together, as PyTorch does.
     *
     * @param parameters with their gradients
     * @param maxNorm the largest norm allowed, positive
     * @return the norm before
     */
    public static double byGlobalNorm(List<Trainable> parameters, double maxNorm) {
        positive("maxNorm", maxNorm);
        double norm = globalNorm(parameters);
        byGlobalNorm(parameters, maxNorm, norm);
        return norm;
    }

    /** With their norm, which is known. */
    static void byGlobalNorm(List<Trainable> parameters, double maxNorm, double norm) {
        for (int k = 0; k < parameters.size(); k++) {
            scale(parameters.get(k), maxNorm / (norm + EPS));
        }
    }

    /**
     * The same for each parameter by itself, with its own norm.
     *
     * @param parameters with their gradients
     * @param maxNorm the largest norm allowed, positive
     * @return the norm of all together before
     */
    public static double byNorm(List<Trainable> parameters, double maxNorm) {
        positive("maxNorm", maxNorm);
        double norm = globalNorm(parameters);
        eachByNorm(parameters, maxNorm, Squares.alone());
        return norm;
    }

    static void eachByNorm(List<Trainable> parameters, double maxNorm, Squares by) {
        for (int k = 0; k < parameters.size(); k++) {
            Trainable t = parameters.get(k);
            scale(t, maxNorm / (Math.sqrt(squares(t, by)) + EPS));
        }
    }

    /**
     * Limits every gradient to {@code [-limit, limit]}.
     *
     * @param parameters with their gradients
     * @param limit positive
     * @return the norm of all together before
     */
    public static double byValue(List<Trainable> parameters, double limit) {
        positive("limit", limit);
        double norm = globalNorm(parameters);
        eachByValue(parameters, limit);
        return norm;
    }

    static void eachByValue(List<Trainable> parameters, double limit) {
        float most = (float) limit;
        for (int k = 0; k < parameters.size(); k++) {
            Trainable t = parameters.get(k);
            float[] g = t.gradients();
            for (int i = t.offset(); i < t.end(); i++) {
                g[i] = Math.max(-most, Math.min(most, g[i]));
            }
        }
    }

    private static void positive(String name, double value) {
        if (!(value > 0)) {                 // the check of an argument would box it
            Require.that(false, name, "a positive number", value);
        }
    }

    private static void scale(Trainable t, double factor) {
        if (factor < 1) {
            float[] g = t.gradients();
            for (int i = t.offset(); i < t.end(); i++) {
                g[i] = (float) (g[i] * factor);
            }
        }
    }
}
