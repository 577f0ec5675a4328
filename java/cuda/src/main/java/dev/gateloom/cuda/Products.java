package dev.gateloom.cuda;

/** Who multiplies matrices: inputs and states with weights, and gradients with both. */
public enum Products {
    /** Kernels of our own: the same bits on all GPUs. */
    OWN,
    /** cuBLAS: bits depend on its version and on the GPU, and on nothing else. */
    CUBLAS
}
