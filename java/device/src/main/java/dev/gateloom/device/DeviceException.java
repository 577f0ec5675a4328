package dev.gateloom.device;

import java.util.Set;

/** A call that the driver, or the emulator in its place, refused or that failed later. */
public final class DeviceException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int OUT_OF_MEMORY = 2;
    private static final String OUT_OF_MEMORY_NAME = "CUDA_ERROR_OUT_OF_MEMORY";
    /** How the driver, cuBLAS and cuDNN say that there is too little memory. */
    private static final Set<String> LACKS_OF_MEMORY = Set.of(OUT_OF_MEMORY_NAME, "CUBLAS_STATUS_ALLOC_FAILED",
            "CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED", "CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED");

    /** The driver's function. */
    private final String call;
    /** The driver's result. */
    private final int code;
    /** The name of the result. */
    private final String codeName;
    /** What would have been enough; 0 if no device memory was missing. */
    private final long bytesNeeded;
    /** The kernel's name; null if no launch is known to have failed. */
    private final String kernel;
    /** How it was launched; null likewise. */
    private final transient Launch launch;
    /** Blocks of the cluster that its code declares; 0 if it declares none. */
    private final int clusterBlocks;

    /**
     * Describes the failure.
     *
     * @param call the driver's function, for example {@code cuLaunchKernel}
     * @param code the driver's result
     * @param codeName its name, for example {@code CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES}
     * @param details what was asked for: kernel and geometry, size and purpose; may be empty
     */
    public DeviceException(String call, int code, String codeName, String details) {
        this(message(call, code, codeName, details), call, code, codeName, 0, null, null, 0);
    }

    private DeviceException(String message, String call, int code, String codeName, long bytesNeeded, String kernel, Launch launch,
            int clusterBlocks) {
        super(message);
        this.call = call;
        this.code = code;
        this.codeName = codeName;
        this.bytesNeeded = bytesNeeded;
        this.kernel = kernel;
        this.launch = launch;
        this.clusterBlocks = clusterBlocks;
    }

    private static String message(String call, int code, String codeName, String details) {
        return call + ": " + codeName + " (" + code + ")" + (details.isEmpty() ? "" : ", " + details);
    }

    /**
     * There is too little device memory.
     *
     * @param call the driver's function, for example {@code cuMemAlloc}
     * @param bytesNeeded what is allocated on this device and what was asked for, together
     * @param details what was asked for and for what, and what is allocated
     * @return the failure
     */
    public static DeviceException outOfMemory(String call, long bytesNeeded, String details) {
        return new DeviceException(message(call, OUT_OF_MEMORY, OUT_OF_MEMORY_NAME, details), call, OUT_OF_MEMORY, OUT_OF_MEMORY_NAME,
                bytesNeeded, null, null, 0);
    }

    /**
     * The same failure, of a kernel's launch or while the kernel ran.
     *
     * @param kernel the kernel's name
     * @param launch how it was launched
     * @param clusterBlocks blocks of the cluster that its code declares; 0 if it declares none
     * @return a failure with the same message
     */
    public DeviceException ofLaunch(String kernel, Launch launch, int clusterBlocks) {
        return new DeviceException(getMessage(), call, code, codeName, bytesNeeded, kernel, launch, clusterBlocks);
    }

    /**
     * The driver's function.
     *
     * @return its name
     */
    public String call() {
        return call;
    }

    /**
     * The driver's result.
     *
     * @return a {@code CUresult}
     */
    public int code() {
        return code;
    }

    /**
     * The name of the driver's result.
     *
     * @return for example {@code CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES}
     */
    public String codeName() {
        return codeName;
    }

    /**
     * Whether memory was all that was missing: for an allocation, or for what the driver or a library takes for itself.
     *
     * @return true if the same call may succeed once memory is free
     */
    public boolean isOutOfMemory() {
        return LACKS_OF_MEMORY.contains(codeName);
    }

    /**
     * The same of a failure of which only the text is left, as of one in another process.
     *
     * @param message what was said of it
     * @return true if it names a lack of memory as the driver and its maker's libraries do
     */
    public static boolean tellsOfLackOfMemory(String message) {
        return LACKS_OF_MEMORY.stream().anyMatch(message::contains);
    }

    /**
     * How much memory would have been enough so far.
     *
     * @return what was allocated on the device and what was asked for, together; 0 if it was not an allocation of device memory that failed
     */
    public long bytesNeeded() {
        return bytesNeeded;
    }

    /**
     * The kernel whose launch failed. A GPU reports what fails while a kernel runs at a later call, which does not know which it was;
     * the emulator does.
     *
     * @return its name; null if no launch is known to have failed
     */
    public String kernel() {
        return kernel;
    }

    /**
     * How that kernel was launched: grid, block and dynamic shared memory.
     *
     * @return the geometry; null if no launch is known to have failed
     */
    public Launch launch() {
        return launch;
    }

    /**
     * The cluster of that kernel, which is part of its code.
     *
     * @return blocks of a cluster; 0 if the code declares none, or no launch is known to have failed
     */
    public int clusterBlocks() {
        return clusterBlocks;
    }
}
