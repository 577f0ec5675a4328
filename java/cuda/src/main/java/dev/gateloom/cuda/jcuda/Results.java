package dev.gateloom.cuda.jcuda;

import dev.gateloom.device.DeviceException;
import java.lang.reflect.Field;
import java.util.function.IntSupplier;
import jcuda.CudaException;
import jcuda.driver.CUresult;

/** Result codes of the driver: their names, what to do about them, and the exception that carries them. */
final class Results {
    private Results() {
    }

    /** Runs a call of JCuda. The application may have told JCuda to throw, which is undone here. */
    static int of(IntSupplier call) {
        try {
            return call.getAsInt();
        } catch (CudaException e) {
            return codeNamed(CUresult.class, e.getMessage(), CUresult.CUDA_ERROR_UNKNOWN);
        }
    }

    static DeviceException failure(String function, int code, String details) {
        String mend = mend(code);
        return new DeviceException(function, code, CUresult.stringFor(code),
                mend.isEmpty() ? details : details.isEmpty() ? mend : details + "; " + mend);
    }

    static String describe(int code) {
        String mend = mend(code);
        return CUresult.stringFor(code) + " (" + code + ")" + (mend.isEmpty() ? "" : ": " + mend);
    }

    private static String mend(int code) {
        return switch (code) {
            case CUresult.CUDA_ERROR_STUB_LIBRARY -> "the library is the toolkit's stub, not a driver: take the stubs out of the "
                    + "library path";
            case CUresult.CUDA_ERROR_DEVICE_UNAVAILABLE -> "another process has the GPU for itself: nvidia-smi shows which, and "
                    + "the compute mode";
            case CUresult.CUDA_ERROR_SYSTEM_DRIVER_MISMATCH -> "kernel module and driver library are of different versions: "
                    + "restart the machine after the update";
            case CUresult.CUDA_ERROR_UNSUPPORTED_PTX_VERSION -> "the PTX is newer than the driver: update the driver";
            case CUresult.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES -> "too many threads or too much shared memory for the kernel's "
                    + "registers";
            case CUresult.CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE -> "not all blocks fit on the device at once: ask the "
                    + "kernel's occupancy";
            default -> isOfEarlierWork(code) ? "a kernel that was launched before this call failed while it ran, not always the last "
                    + "one, and the context is lost: run the same on the emulator, which names the line" : "";
        };
    }

    /** What a kernel fails with while it runs: that comes to light at any later call, and at all after that. */
    static boolean isOfEarlierWork(int code) {
        return switch (code) {
            case CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, CUresult.CUDA_ERROR_LAUNCH_TIMEOUT, CUresult.CUDA_ERROR_ASSERT,
                    CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR, CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
                    CUresult.CUDA_ERROR_MISALIGNED_ADDRESS, CUresult.CUDA_ERROR_INVALID_ADDRESS_SPACE,
                    CUresult.CUDA_ERROR_INVALID_PC, CUresult.CUDA_ERROR_LAUNCH_FAILED -> true;
            default -> false;
        };
    }

    /** The constant of this name in one of JCuda's classes. */
    static int codeNamed(Class<?> constants, String name, int unknown) {
        for (Field field : constants.getFields()) {
            if (field.getName().equals(name)) {
                try {
                    return field.getInt(null);
                } catch (IllegalAccessException e) {
                    throw new AssertionError(e);
                }
            }
        }
        return unknown;
    }
}
