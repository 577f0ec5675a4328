package dev.gateloom.cudnn;

import static jcuda.jcudnn.JCudnn.cudnnCreateRNNDataDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnDestroyRNNDataDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnSetRNNDataDescriptor;

import java.nio.ByteBuffer;
import java.util.Arrays;
import jcuda.Pointer;
import jcuda.jcudnn.cudnnRNNDataDescriptor;
import jcuda.jcudnn.cudnnRNNDataLayout;

/** cuDNN's description of {@code [T, B, W]} with a length for each sequence. Needs no GPU. */
final class SequenceDescriptor implements AutoCloseable {
    /** What cuDNN writes past a sequence's end: zeros in each format. */
    private static final Pointer ZERO = Pointer.to(ByteBuffer.allocateDirect(Float.BYTES));

    private final cudnnRNNDataDescriptor descriptor = new cudnnRNNDataDescriptor();

    SequenceDescriptor() {
        Status.call("cudnnCreateRNNDataDescriptor", () -> cudnnCreateRNNDataDescriptor(descriptor), () -> "");
    }

    /**
     * Describes a tensor.
     *
     * @param dataType {@code cudnnDataType_t}
     * @param steps T
     * @param batch B
     * @param width W
     * @param lengths one for each sequence, 1 to T
     */
    void set(int dataType, int steps, int batch, int width, int[] lengths) {
        Status.call("cudnnSetRNNDataDescriptor", () -> cudnnSetRNNDataDescriptor(descriptor, dataType,
                        cudnnRNNDataLayout.CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_UNPACKED, steps, batch, width, lengths, ZERO),
                () -> "[T=" + steps + ", B=" + batch + ", " + width + "], lengths " + Arrays.toString(lengths) + ", data type "
                        + dataType);
    }

    cudnnRNNDataDescriptor get() {
        return descriptor;
    }

    @Override
    public void close() {
        Status.call("cudnnDestroyRNNDataDescriptor", () -> cudnnDestroyRNNDataDescriptor(descriptor), () -> "");
    }
}
