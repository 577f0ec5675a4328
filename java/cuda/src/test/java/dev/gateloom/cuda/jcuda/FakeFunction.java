package dev.gateloom.cuda.jcuda;

import static dev.gateloom.cuda.jcuda.NativeMemory.getInt;
import static dev.gateloom.cuda.jcuda.NativeMemory.getLong;
import static dev.gateloom.cuda.jcuda.Refusal.unless;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Stream;
import dev.gateloom.ptx.parse.Function;
import dev.gateloom.ptx.parse.Variable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUresult;

/** A kernel of a loaded module: its attributes, and how a driver reads its arguments, by the declarations in the PTX. */
final class FakeFunction {
    /** Values of cuda.h that announce the next element of the list {@code extra}. */
    private static final int BUFFER_POINTER = 1;
    private static final int BUFFER_SIZE = 2;
    private static final int PORTABLE_CLUSTER = 8;
    /** What a block may have without permission. */
    private static final int SHARED_PER_BLOCK = 48 << 10;

    final long module;
    private final Kernel kernel;
    private final List<Variable> parameters;
    private final int[] cluster;
    private boolean nonPortableCluster;
    private int allowedSharedBytes;         // dynamic ones

    FakeFunction(long module, Kernel kernel, Function declared) {
        this.module = module;
        this.kernel = kernel;
        this.parameters = declared.parameters();
        this.cluster = declared.cluster() == null ? new int[3] : declared.cluster();
        this.allowedSharedBytes = SHARED_PER_BLOCK - kernel.staticSharedBytes();
    }

    int attribute(int attribute) {
        return switch (attribute) {
            case CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK -> kernel.maxThreads();
            case CUfunction_attribute.CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES -> kernel.staticSharedBytes();
            case CUfunction_attribute.CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES -> kernel.localBytes();
            case CUfunction_attribute.CU_FUNC_ATTRIBUTE_NUM_REGS -> kernel.registers();
            case CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES -> allowedSharedBytes;
            case CUfunction_attribute.CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_WIDTH -> cluster[0];
            case CUfunction_attribute.CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_HEIGHT -> cluster[1];
            case CUfunction_attribute.CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_DEPTH -> cluster[2];
            default -> throw new Refusal(CUresult.CUDA_ERROR_INVALID_VALUE, "attribute " + attribute);
        };
    }

    void set(int attribute, int value) {
        switch (attribute) {
            case CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES -> {
                kernel.allowSharedBytes(value);
                allowedSharedBytes = value;     // also if that is less than it was
            }
            case CUfunction_attribute.CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED -> nonPortableCluster = value != 0;
            default -> throw new Refusal(CUresult.CUDA_ERROR_INVALID_VALUE, "attribute " + attribute);
        }
    }

    int occupancy(int threads, int dynamicSharedBytes) {
        return kernel.occupancy(threads, dynamicSharedBytes);
    }

    /** {@code cuLaunchKernel} and {@code cuLaunchCooperativeKernel}; one of the two lists is there. */
    void launch(Stream stream, Launch launch, long kernelParams, long extra) {
        checkCluster();
        if (launch.dynamicSharedBytes() > allowedSharedBytes) {
            throw new DeviceException("cuLaunchKernel", CUresult.CUDA_ERROR_INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE",
                    launch.dynamicSharedBytes() + " dynamic bytes of shared memory, allowed are " + allowedSharedBytes);
        }
        unless(kernelParams == 0 ^ extra == 0, CUresult.CUDA_ERROR_INVALID_VALUE, "kernelParams and extra together, or none");
        stream.launch(kernel, launch, extra != 0 ? packed(extra) : pointed(kernelParams));
    }

    /** The emulator checks the rest; it has no such attribute and allows 16. */
    private void checkCluster() {
        unless(cluster[0] * cluster[1] * cluster[2] <= PORTABLE_CLUSTER || nonPortableCluster,
                CUresult.CUDA_ERROR_INVALID_CLUSTER_SIZE, "a cluster that not every device has is not allowed");
    }

    /** The list {@code extra}: pairs of a key and a pointer, up to the key 0. The buffer is the parameter space as it is. */
    private Arguments packed(long extra) {
        long buffer = 0;
        long size = -1;
        long at = extra;
        for (long key = getLong(at); key != 0; key = getLong(at)) {
            if (key == BUFFER_POINTER) {
                buffer = getLong(at + Long.BYTES);
            } else {
                unless(key == BUFFER_SIZE, CUresult.CUDA_ERROR_INVALID_VALUE, "extra announces " + key);
                size = getLong(getLong(at + Long.BYTES));
            }
            at += 2 * Long.BYTES;
        }
        int expected = parameterBytes();
        unless(size == expected, CUresult.CUDA_ERROR_INVALID_VALUE, "arguments of " + size + " bytes; the kernel has " + expected);
        return arguments(NativeMemory.bytes(buffer, expected));
    }

    /** The list {@code kernelParams}: a pointer to each argument, which the driver copies to where the kernel reads it. */
    private Arguments pointed(long pointers) {
        ByteBuffer space = ByteBuffer.allocate(parameterBytes()).order(ByteOrder.nativeOrder());
        int end = 0;
        for (int i = 0; i < parameters.size(); i++) {
            Variable parameter = parameters.get(i);
            int bytes = (int) parameter.bytes();
            int offset = aligned(end, parameter);
            space.put(offset, NativeMemory.bytes(getLong(pointers + (long) Long.BYTES * i), bytes), 0, bytes);
            end = offset + bytes;
        }
        return arguments(space);
    }

    private int parameterBytes() {
        int end = 0;
        for (Variable parameter : parameters) {
            end = aligned(end, parameter) + (int) parameter.bytes();
        }
        return end;
    }

    private static int aligned(int end, Variable parameter) {
        return (end + parameter.alignment() - 1) / parameter.alignment() * parameter.alignment();
    }

    /** The same bytes, whatever they mean. */
    private static Arguments arguments(ByteBuffer space) {
        unless(space.capacity() % Integer.BYTES == 0, CUresult.CUDA_ERROR_NOT_SUPPORTED, "arguments smaller than a word");
        Arguments arguments = new Arguments();
        for (int at = 0; at < space.capacity(); at += Integer.BYTES) {
            arguments.int32(space.getInt(at));
        }
        return arguments;
    }
}
