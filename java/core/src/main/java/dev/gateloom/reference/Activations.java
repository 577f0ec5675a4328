package dev.gateloom.reference;

/** σ, and the derivatives in terms of the values: tanh is {@link Math#tanh}. */
final class Activations {

    private Activations() {
    }

    /** {@code 1 / (1 + exp(-a))}. */
    static double sigmoid(double a) {
        return 1 / (1 + Math.exp(-a));
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
