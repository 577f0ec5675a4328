package dev.gateloom.cudnn;

import static jcuda.jcudnn.JCudnn.cudnnCreate;
import static jcuda.jcudnn.JCudnn.cudnnDestroy;
import static jcuda.jcudnn.JCudnn.cudnnSetStream;

import dev.gateloom.cuda.jcuda.Handles;
import dev.gateloom.cuda.jcuda.JcudaDevice;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import jcuda.jcudnn.cudnnHandle;
import jcuda.runtime.cudaStream_t;

/** A handle of cuDNN for one stream. Functions are called in the device's context. For one thread at a time. */
final class Cudnn implements AutoCloseable {
    private final JcudaDevice device;
    private final cudnnHandle handle = new cudnnHandle();

    Cudnn(JcudaDevice device, long stream) {
        this.device = device;
        call("cudnnCreate", () -> cudnnCreate(handle), () -> "on " + device);
        try {
            call("cudnnSetStream", () -> cudnnSetStream(handle, Handles.set(new cudaStream_t(), stream)),
                    () -> "stream 0x" + Long.toHexString(stream));
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    cudnnHandle handle() {
        return handle;
    }

    /** See {@link Status#call}. */
    void call(String function, IntSupplier call, Supplier<String> details) {
        device.call(() -> {
            Status.call(function, call, details);
            return 0;
        });
    }

    @Override
    public void close() {
        call("cudnnDestroy", () -> cudnnDestroy(handle), () -> "");
    }
}
