package dev.gateloom.cuda.jcuda;

import static jcuda.jcublas.JCublas2.cublasCreate;
import static jcuda.jcublas.JCublas2.cublasDestroy;

import dev.gateloom.device.DeviceException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import jcuda.CudaException;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasStatus;

/**
 * The cuBLAS handles of a device. They live as long as it does and are used again, since making one takes its time and the end
 * of one waits for all that the GPU does, also for other libraries. No class of JCublas is touched before cuBLAS was found.
 */
final class CublasHandles {
    /** Kernels and what else a handle needs take less than this. */
    private static final long ROOM = 1L << 29;

    private final DriverContext context;
    private final Deque<cublasHandle> idle = new ArrayDeque<>();

    CublasHandles(DriverContext context) {
        this.context = context;
    }

    /**
     * A handle that nobody uses; nothing that was set of it by others holds.
     *
     * <p>On a GPU whose memory others have, cuBLAS does not always say that it could not allocate; often it says that it was not
     * initialised, as with a driver that is too old. Only the memory that is left tells which of the two it is.
     */
    synchronized cublasHandle take() {
        cublasHandle handle = idle.poll();
        if (handle != null) {
            return handle;
        }
        cublasHandle created = new cublasHandle();
        int status = context.attempt(() -> status(() -> cublasCreate(created)));
        if (status == cublasStatus.CUBLAS_STATUS_NOT_INITIALIZED && !context.hasFree(ROOM)) {
            throw DeviceException.outOfMemory("cublasCreate", 0, "in its own words " + cublasStatus.stringFor(status) + " (" + status
                    + "), which it says without memory for its kernels too; " + context.account() + "; close other programs, or choose "
                    + "Products.OWN");
        }
        require("cublasCreate", status, () -> "");
        return created;
    }

    synchronized void give(cublasHandle handle) {
        idle.push(handle);
    }

    /** Before the context ends, when all have been given back. */
    synchronized void close(Cleanup cleanup) {
        idle.forEach(handle -> cleanup.run(() ->
                require("cublasDestroy", context.attempt(() -> status(() -> cublasDestroy(handle))), () -> "")));
        idle.clear();
    }

    /** Runs a call of JCublas. The application may have told JCublas to throw, which is undone here. */
    static int status(IntSupplier call) {
        try {
            return call.getAsInt();
        } catch (CudaException e) {
            return Results.codeNamed(cublasStatus.class, e.getMessage(), cublasStatus.CUBLAS_STATUS_INTERNAL_ERROR);
        }
    }

    static void require(String function, int status, Supplier<String> details) {
        if (status != cublasStatus.CUBLAS_STATUS_SUCCESS) {
            String mend = mend(status);
            String what = details.get();
            throw new DeviceException(function, status, cublasStatus.stringFor(status),
                    what.isEmpty() ? mend : mend.isEmpty() ? what : what + "; " + mend);
        }
    }

    private static String mend(int status) {
        return switch (status) {
            case cublasStatus.CUBLAS_STATUS_NOT_INITIALIZED -> "cuBLAS cannot use this driver or GPU: update the driver, or choose "
                    + "Products.OWN";
            case cublasStatus.CUBLAS_STATUS_ALLOC_FAILED -> "there is not enough memory on the GPU for what cuBLAS needs: close "
                    + "other programs, or choose Products.OWN";
            case cublasStatus.CUBLAS_STATUS_ARCH_MISMATCH, cublasStatus.CUBLAS_STATUS_NOT_SUPPORTED -> "this cuBLAS has no such "
                    + "product for this GPU: install a newer one, or choose Products.OWN";
            case cublasStatus.CUBLAS_STATUS_EXECUTION_FAILED -> "a kernel before this call failed and the context is lost, or the "
                    + "product's own could not be launched";
            default -> "";
        };
    }
}
