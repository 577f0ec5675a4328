package dev.gateloom.cudnn;

import static jcuda.jcudnn.JCudnn.cudnnCreateTensorDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnDestroyTensorDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnGetTensorNdDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnSetTensorNdDescriptor;

import jcuda.jcudnn.cudnnTensorDescriptor;

/** cuDNN's description of a dense tensor: a state, or a parameter in the weight space. Needs no GPU. */
final class TensorDescriptor implements AutoCloseable {
    private static final int RANK = 3;

    private final cudnnTensorDescriptor descriptor = new cudnnTensorDescriptor();

    TensorDescriptor() {
        Status.call("cudnnCreateTensorDescriptor", () -> cudnnCreateTensorDescriptor(descriptor), () -> "");
    }

    /**
     * Describes a state.
     *
     * @param dataType {@code cudnnDataType_t}
     * @param layers L·D
     * @param batch B
     * @param width H or R
     */
    void set(int dataType, int layers, int batch, int width) {
        int[] sizes = {layers, batch, width};
        int[] strides = {batch * width, width, 1};
        Status.call("cudnnSetTensorNdDescriptor",
                () -> cudnnSetTensorNdDescriptor(descriptor, dataType, RANK, sizes, strides),
                () -> "[" + layers + ", " + batch + ", " + width + "], data type " + dataType);
    }

    /** How many values cuDNN says that it describes. */
    long size() {
        int[] dataType = new int[1];
        int[] rank = new int[1];
        int[] sizes = new int[RANK];
        Status.call("cudnnGetTensorNdDescriptor",
                () -> cudnnGetTensorNdDescriptor(descriptor, RANK, dataType, rank, sizes, new int[RANK]), () -> "");
        long size = 1;
        for (int n = 0; n < Math.min(rank[0], RANK); n++) {
            size *= sizes[n];
        }
        return size;
    }

    cudnnTensorDescriptor get() {
        return descriptor;
    }

    @Override
    public void close() {
        Status.call("cudnnDestroyTensorDescriptor", () -> cudnnDestroyTensorDescriptor(descriptor), () -> "");
    }
}
