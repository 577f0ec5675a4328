package dev.gateloom.device;

/** A call that the driver, or the emulator in its place, refused or that failed later. */
public final class DeviceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The driver's function. */
    private final String call;
    /** The driver's result. */
    private final int code;
    /** The name of the result. */
    private final String codeName;

    /**
     * Describes the failure.
     *
     * @param call the driver's function, for example {@code cuLaunchKernel}
     * @param code the driver's result
     * @param codeName its name, for example {@code CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES}
     * @param details what was asked for: kernel and geometry, size and purpose; may be empty
     */
    public DeviceException(String call, int code, String codeName, String details) {
        super(call + ": " + codeName + " (" + code + ")" + (details.isEmpty() ? "" : ", " + details));
        this.call = call;
        this.code = code;
        this.codeName = codeName;
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
}
