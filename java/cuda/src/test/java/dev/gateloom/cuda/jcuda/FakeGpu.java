package dev.gateloom.cuda.jcuda;

import dev.gateloom.device.DeviceProperties;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUresult;

/** A GPU of the played driver: what it tells of itself, and its primary context. */
final class FakeGpu {
    /** An A100's, whatever it says that it is. */
    static final int L2 = 40 << 20;

    private final EmulatorOptions options;
    private final DeviceProperties properties;
    private int capability;
    /** The handle of the primary context while somebody has it. */
    long primary;
    int primaryUsers;

    FakeGpu(EmulatorOptions options) {
        this.options = options;
        properties = new EmulatorDevice(options).properties();
        capability = properties.computeCapability();
    }

    /** It says that it is another one than it is. */
    void pretend(int computeCapability) {
        capability = computeCapability;
    }

    FakeContext newContext() {
        return new FakeContext(this, new EmulatorDevice(options));
    }

    long memory() {
        return properties.memory();
    }

    int attribute(int attribute) {
        return switch (attribute) {
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR -> capability / 10;
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR -> capability % 10;
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT -> properties.multiprocessors();
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK -> properties.sharedPerBlock();
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN -> properties.sharedPerBlockOptin();
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR ->
                    properties.sharedPerMultiprocessor();
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR ->
                    properties.registersPerMultiprocessor();
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR ->
                    properties.threadsPerMultiprocessor();
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR -> properties.blocksPerMultiprocessor();
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH -> properties.cooperative() ? 1 : 0;
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_CLUSTER_LAUNCH -> properties.clusters() ? 1 : 0;
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE -> L2;
            default -> throw new Refusal(CUresult.CUDA_ERROR_INVALID_VALUE, "attribute " + attribute);
        };
    }
}
