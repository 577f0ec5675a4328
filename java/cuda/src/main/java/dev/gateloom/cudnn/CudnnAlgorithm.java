package dev.gateloom.cudnn;

/**
 * How cuDNN runs the recurrence: {@code cudnnRNNAlgo_t}. What a stack must not have for each of them {@link CudnnEngine#unsupported}
 * says. Two things it cannot say: sequences of different lengths are for {@link #STANDARD} alone, which a call is told, and how large a
 * hidden state may be cuDNN knows, which refuses when a plan is made or run.
 */
public enum CudnnAlgorithm {
    /** Products of matrices step by step. The one that takes every stack and sequences of different lengths. */
    STANDARD,
    /** One kernel for all steps, which keeps the recurrent weights on the chip. */
    PERSIST_STATIC,
    /** The same, compiled by cuDNN for the stack, the batch and the GPU when a plan is made. */
    PERSIST_DYNAMIC,
    /** One kernel for all steps of a small hidden state. */
    PERSIST_STATIC_SMALL_H
}
