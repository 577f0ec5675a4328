package dev.gateloom.cuda.jcuda;

import static jcuda.driver.JCudaDriver.cuDeviceGet;
import static jcuda.driver.JCudaDriver.cuDeviceGetAttribute;
import static jcuda.driver.JCudaDriver.cuDeviceGetCount;
import static jcuda.driver.JCudaDriver.cuDriverGetVersion;
import static jcuda.driver.JCudaDriver.cuInit;
import static jcuda.driver.JCudaDriver.cuThreadExchangeStreamCaptureMode;

import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUresult;
import jcuda.driver.CUstreamCaptureMode;

/** The driver before there is a context: initialisation, version, devices. */
final class Driver {
    /** CUDA 12 runs cubins of any toolkit 12; older drivers know neither them nor our PTX. */
    static final int OLDEST_VERSION = 12_00_0;
    /** What our kernels are compiled for at least. */
    static final int OLDEST_CAPABILITY = 75;

    /** Exchanged for a thread's capture mode, so that the exchange allocates nothing. */
    private static final ThreadLocal<int[]> MODE = ThreadLocal.withInitial(() -> new int[1]);

    private Driver() {
    }

    /** Why no device can be used; calls JCuda, so the driver library must be loaded. */
    static Optional<String> obstacle() {
        int initialized = Results.of(() -> cuInit(0));
        if (initialized != CUresult.CUDA_SUCCESS && initialized != CUresult.CUDA_ERROR_NO_DEVICE) {
            return Optional.of("the NVIDIA driver cannot be initialised: " + Results.describe(initialized));
        }
        int version = version();
        if (version < OLDEST_VERSION) {
            return Optional.of("the NVIDIA driver is too old: it knows CUDA " + versionName(version) + ", needed is "
                    + versionName(OLDEST_VERSION) + " (driver 525 or newer)");
        }
        if (initialized == CUresult.CUDA_ERROR_NO_DEVICE || deviceCount() == 0) {
            return Optional.of("the NVIDIA driver is there, but shows no GPU; look at nvidia-smi and CUDA_VISIBLE_DEVICES");
        }
        return Optional.empty();
    }

    /** Why this one cannot be used though others can. */
    static Optional<String> obstacle(int ordinal) {
        int count = deviceCount();
        if (ordinal < 0 || ordinal >= count) {
            return Optional.of("there is no GPU " + ordinal + ", the driver shows " + count + ", counted from 0");
        }
        return obstacle(device(ordinal));
    }

    /** The same for a device that there is. */
    static Optional<String> obstacle(CUdevice device) {
        int capability = capability(device);
        if (capability < OLDEST_CAPABILITY) {
            return Optional.of("the GPU has compute capability " + capability / 10 + "." + capability % 10 + ", needed is "
                    + OLDEST_CAPABILITY / 10 + "." + OLDEST_CAPABILITY % 10 + " (Turing) or newer");
        }
        return Optional.empty();
    }

    /** 1000 · major + 10 · minor of the newest CUDA that the driver knows. */
    static int version() {
        int[] version = new int[1];
        call("cuDriverGetVersion", () -> cuDriverGetVersion(version), () -> "");
        return version[0];
    }

    static String versionName(int version) {
        return version / 1000 + "." + version % 1000 / 10;
    }

    static int deviceCount() {
        int[] count = new int[1];
        call("cuDeviceGetCount", () -> cuDeviceGetCount(count), () -> "");
        return count[0];
    }

    static CUdevice device(int ordinal) {
        CUdevice device = new CUdevice();
        call("cuDeviceGet", () -> cuDeviceGet(device, ordinal), () -> "device " + ordinal);
        return device;
    }

    /** 10 · major + minor. */
    static int capability(CUdevice device) {
        return 10 * attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
                + attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    }

    static int attribute(CUdevice device, int attribute) {
        int[] value = new int[1];
        call("cuDeviceGetAttribute", () -> cuDeviceGetAttribute(value, attribute, device),
                () -> CUdevice_attribute.stringFor(attribute));
        return value[0];
    }

    /**
     * Makes a call that is not queued on a stream: an allocation, say. The driver prohibits such calls to a thread that captures
     * a stream, and to all threads while one captures in mode GLOBAL, which is the default of other libraries, and ends that
     * capture where one tries; unless the thread's own mode is RELAXED. Nothing that is called here belongs into a graph, so it
     * is for the time of the call. Where the mode cannot be changed the call is made all the same: its own result says more.
     */
    static int relaxed(IntSupplier call) {
        int[] mode = MODE.get();
        mode[0] = CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED;
        boolean changed = Results.of(() -> cuThreadExchangeStreamCaptureMode(mode)) == CUresult.CUDA_SUCCESS;
        try {
            return Results.of(call);
        } finally {
            if (changed) {
                Results.of(() -> cuThreadExchangeStreamCaptureMode(mode));
            }
        }
    }

    /** For functions that need no current context; all others go through {@link DriverContext#call}. */
    static void call(String function, IntSupplier call, Supplier<String> details) {
        int result = Results.of(call);
        if (result != CUresult.CUDA_SUCCESS) {
            throw Results.failure(function, result, details.get());
        }
    }
}
