package dev.gateloom.cudnn;

/** How cuDNN runs the recurrence: {@code cudnnRNNAlgo_t}. What each of them takes, {@link CudnnEngine#unsupported} says. */
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
