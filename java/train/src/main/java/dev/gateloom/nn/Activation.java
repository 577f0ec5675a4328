package dev.gateloom.nn;

/** What a layer does with its sums. */
public enum Activation {
    /** Nothing. */
    LINEAR,
    /** {@code max(0, z)}. */
    RELU,
    /** {@code tanh(z)}. */
    TANH,
    /** {@code 1 / (1 + exp(-z))}. */
    SIGMOID,
    /** {@code exp(z) / Σ exp(z)} over the features of a row. */
    SOFTMAX
}
