package dev.gateloom.cuda.jcuda;

import static jcuda.driver.JCudaDriver.cuFuncGetAttribute;
import static jcuda.driver.JCudaDriver.cuFuncSetAttribute;
import static jcuda.driver.JCudaDriver.cuModuleGetFunction;
import static jcuda.driver.JCudaDriver.cuOccupancyMaxActiveBlocksPerMultiprocessor;

import dev.gateloom.device.Kernel;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUmodule;

/** A function of a loaded module. */
final class JcudaKernel implements Kernel {
    /** Blocks of a cluster that every device with clusters can run; more must be allowed. */
    private static final int PORTABLE_CLUSTER = 8;

    private final JcudaDevice device;
    private final DriverContext context;
    private final String name;
    private final String description;
    private final CUfunction function = new CUfunction();
    private final int registers;
    private final int staticSharedBytes;
    private final int localBytes;
    private final int maxThreads;
    private final int clusterBlocks;
    private int allowedSharedBytes;         // dynamic ones

    JcudaKernel(JcudaDevice device, DriverContext context, CUmodule module, String name, String program) {
        this.device = device;
        this.context = context;
        this.name = name;
        this.description = "kernel " + name + " of " + program;
        context.call("cuModuleGetFunction", () -> cuModuleGetFunction(function, module, name), () -> description);
        // With lazy loading the first look at an attribute loads the code: now, and not inside a capture.
        registers = attribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_NUM_REGS);
        staticSharedBytes = attribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES);
        localBytes = attribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES);
        maxThreads = attribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK);
        allowedSharedBytes = attribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES);
        clusterBlocks = !device.properties().clusters() ? 0 : attribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_WIDTH)
                * attribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_HEIGHT)
                * attribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_DEPTH);
        if (clusterBlocks > PORTABLE_CLUSTER) {
            set(CUfunction_attribute.CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED, 1);
        }
    }

    /** Blocks of the cluster that the code declares; 0 if it declares none. */
    int clusterBlocks() {
        return clusterBlocks;
    }

    CUfunction function(JcudaDevice user) {
        user.requireSame(device, "kernel");
        return function;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int registers() {
        return registers;
    }

    @Override
    public int staticSharedBytes() {
        return staticSharedBytes;
    }

    @Override
    public int localBytes() {
        return localBytes;
    }

    @Override
    public int maxThreads() {
        return maxThreads;
    }

    /** Only ever raised: other launches of the same kernel may need more, and so may what needs no permission. */
    @Override
    public synchronized void allowSharedBytes(int bytes) {
        if (bytes > allowedSharedBytes) {
            set(CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, bytes);
            allowedSharedBytes = bytes;
        }
    }

    @Override
    public int occupancy(int threads, int dynamicSharedBytes) {
        int[] blocks = new int[1];
        context.call("cuOccupancyMaxActiveBlocksPerMultiprocessor",
                () -> cuOccupancyMaxActiveBlocksPerMultiprocessor(blocks, function, threads, dynamicSharedBytes),
                () -> description + ", " + threads + " threads, " + dynamicSharedBytes + " bytes of dynamic shared memory");
        return blocks[0];
    }

    private int attribute(int attribute) {
        int[] value = new int[1];
        context.call("cuFuncGetAttribute", () -> cuFuncGetAttribute(value, attribute, function),
                () -> CUfunction_attribute.stringFor(attribute) + " of " + description);
        return value[0];
    }

    private void set(int attribute, int value) {
        context.call("cuFuncSetAttribute", () -> cuFuncSetAttribute(function, attribute, value),
                () -> CUfunction_attribute.stringFor(attribute) + " of " + description + " to " + value);
    }

    @Override
    public String toString() {
        return description;
    }
}
