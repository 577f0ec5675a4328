package dev.gateloom.cudnn;

import static jcuda.jcudnn.JCudnn.cudnnCreateDropoutDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnDestroyDropoutDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnSetDropoutDescriptor;

import jcuda.Pointer;
import jcuda.jcudnn.cudnnDropoutDescriptor;

/**
 * Dropout of nothing, which a description of layers has to name. cuDNN would draw masks of its own; those of
 * {@link dev.gateloom.RnnMasks} are multiplied between calls instead, so that every engine drops the same.
 */
final class NoDropout implements AutoCloseable {
    private final cudnnDropoutDescriptor descriptor = new cudnnDropoutDescriptor();

    NoDropout(Cudnn cudnn) {
        Status.call("cudnnCreateDropoutDescriptor", () -> cudnnCreateDropoutDescriptor(descriptor), () -> "");
        try {
            cudnn.call("cudnnSetDropoutDescriptor",
                    () -> cudnnSetDropoutDescriptor(descriptor, cudnn.handle(), 0, new Pointer(), 0, 0), () -> "rate 0");
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    cudnnDropoutDescriptor get() {
        return descriptor;
    }

    @Override
    public void close() {
        Status.call("cudnnDestroyDropoutDescriptor", () -> cudnnDestroyDropoutDescriptor(descriptor), () -> "");
    }
}
