package dev.gateloom.nn;

/** What a window that slides over an axis of n values, k wide in strides of s, sees at the ends. Keras's definitions. */
public enum Padding {
    /** Only windows that lie inside: {@code (n - k) / s + 1} of them. */
    VALID,
    /** {@code ceil(n / s)} windows over zeros on both sides, the smaller half in front. */
    SAME,
    /** {@code ceil(n / s)} windows that end at a value: {@code k - 1} zeros in front. One axis only, time. */
    CAUSAL
}
