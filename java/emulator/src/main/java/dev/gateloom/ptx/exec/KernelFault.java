package dev.gateloom.ptx.exec;

/** What ends a launch: an illegal access, a barrier that nobody can pass, an instruction out of its domain. */
public final class KernelFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The driver's result. */
    private final int code;
    /** Its name. */
    private final String codeName;

    KernelFault(int code, String codeName, String message) {
        super(message);
        this.code = code;
        this.codeName = codeName;
    }

    static KernelFault illegalAddress(String message) {
        return new KernelFault(700, "CUDA_ERROR_ILLEGAL_ADDRESS", message);
    }

    static KernelFault misaligned(String message) {
        return new KernelFault(716, "CUDA_ERROR_MISALIGNED_ADDRESS", message);
    }

    static KernelFault failed(String message) {
        return new KernelFault(719, "CUDA_ERROR_LAUNCH_FAILED", message);
    }

    static KernelFault timeout(String message) {
        return new KernelFault(702, "CUDA_ERROR_LAUNCH_TIMEOUT", message);
    }

    /**
     * What the driver would say.
     *
     * @return a {@code CUresult}
     */
    public int code() {
        return code;
    }

    /**
     * The name of the code.
     *
     * @return for example {@code CUDA_ERROR_ILLEGAL_ADDRESS}
     */
    public String codeName() {
        return codeName;
    }
}
