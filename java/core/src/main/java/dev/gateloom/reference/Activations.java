package dev.gateloom.reference;

/** σ and tanh, and their derivatives in terms of their values. */
class Activations {
    /** In double precision. */
    static final Activations EXACT = new Activations();

    /** {@code 1 / (1 + exp(-a))}. */
    final double sigmoid(double a) {
        return kept(1 / (1 + Math.exp(-a)));
    }

    /** {@code tanh(a)}. */
    final double tanh(double a) {
        return kept(Math.tanh(a));
    }

    /**
     * What is kept of a value whose digits the gradient needs: a gate, a tanh, a normalised value. Here all of it; a
     * test puts float32 in its place and sees how much a result depends on it.
     */
    double kept(double value) {
        return value;
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
