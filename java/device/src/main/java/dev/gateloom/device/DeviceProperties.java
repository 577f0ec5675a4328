package dev.gateloom.device;

/**
 * Limits of a device that decide how kernels are launched.
 *
 * @param computeCapability major · 10 + minor: 90 for sm_90
 * @param multiprocessors streaming multiprocessors
 * @param sharedPerBlock bytes of shared memory a block may have without asking
 * @param sharedPerBlockOptin bytes a block may have once a kernel's attribute allows it
 * @param sharedPerMultiprocessor bytes that all resident blocks share
 * @param registersPerMultiprocessor 32-bit registers that all resident blocks share
 * @param threadsPerMultiprocessor resident threads at most
 * @param blocksPerMultiprocessor resident blocks at most
 * @param cooperative whether cooperative grids can be launched
 * @param clusters whether blocks can form clusters
 * @param l2 bytes of the L2 cache; 0 if the device does not say
 * @param memory bytes of device memory
 */
public record DeviceProperties(int computeCapability, int multiprocessors, int sharedPerBlock, int sharedPerBlockOptin,
        int sharedPerMultiprocessor, int registersPerMultiprocessor, int threadsPerMultiprocessor,
        int blocksPerMultiprocessor, boolean cooperative, boolean clusters, long l2, long memory) {
}
