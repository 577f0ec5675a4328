package dev.gateloom.cudnn;

import dev.gateloom.device.DeviceException;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import jcuda.CudaException;
import jcuda.jcudnn.JCudnn;

/** Results of cuDNN's functions. */
final class Status {
    private static final int SUCCESS = 0;
    private static final int UNKNOWN = -1;

    private Status() {
    }

    /**
     * Makes a call. What fails is named by the library itself: the codes of cuDNN 9 are not those that JCudnn knows. If the
     * application has told JCudnn to throw, JCudnn's message is all that is left.
     *
     * @param function its name
     * @param call calls it and returns its result
     * @param details what was asked for; evaluated on failure only
     */
    static void call(String function, IntSupplier call, Supplier<String> details) {
        int status;
        try {
            status = call.getAsInt();
        } catch (CudaException e) {
            throw new DeviceException(function, UNKNOWN, e.getMessage(), details.get());
        }
        if (status != SUCCESS) {
            throw new DeviceException(function, status, JCudnn.cudnnGetErrorString(status), details.get());
        }
    }
}
