package dev.gateloom.cuda;

import dev.gateloom.device.Device;

/** Who multiplies matrices: inputs and states with weights, and gradients with both. */
public enum Products {
    /** Kernels of our own: the same bits on all GPUs. */
    OWN,
    /** cuBLAS: bits depend on its version and on the GPU, and on nothing else. */
    CUBLAS;

    /**
     * Who multiplies where nobody chose.
     *
     * @param device the device
     * @return cuBLAS where the device has it, else our own kernels
     */
    public static Products of(Device device) {
        return device.blasObstacle().isEmpty() ? CUBLAS : OWN;
    }
}
