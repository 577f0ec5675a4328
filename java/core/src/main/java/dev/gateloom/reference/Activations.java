package dev.gateloom.reference;

import java.util.function.DoubleUnaryOperator;

/**
 * σ and tanh, and their derivatives in terms of the values.
 *
 * @param kept what becomes of a value that is kept for backward: nothing, or the rounding that another engine's
 *     reserve costs. {@code s(1 - s)} of a saturated gate depends on it: that is how tests know what float32 can give.
 */
record Activations(DoubleUnaryOperator kept) {
    static final Activations EXACT = new Activations(v -> v);

    /** {@code 1 / (1 + exp(-a))}. */
    double sigmoid(double a) {
        return kept.applyAsDouble(1 / (1 + Math.exp(-a)));
    }

    /** {@code tanh(a)}. */
    double tanh(double a) {
        return kept.applyAsDouble(Math.tanh(a));
    }

    /** Derivative of {@code s = σ(a)}. */
    static double sigmoidSlope(double s) {
        return s * (1 - s);
    }

    /** Derivative of {@code t = tanh(a)}. */
    static double tanhSlope(double t) {
        return 1 - t * t;
    }
}
