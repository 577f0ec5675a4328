package dev.gateloom.reference;

/** σ and tanh, and their derivatives in terms of their values. */
class Activations {
    /** In double precision. */
    static final Activations EXACT = new Activations();

    /** {@code 1 / (1 + exp(-a))}. */
    double sigmoid(double a) {
        return 1 / (1 + Math.exp(-a));
    }

    double tanh(double a) {
        return Math.tanh(a);
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
