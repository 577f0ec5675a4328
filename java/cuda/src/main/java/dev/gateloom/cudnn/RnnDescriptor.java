package dev.gateloom.cudnn;

import static jcuda.jcudnn.JCudnn.cudnnCreateRNNDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnDestroyRNNDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnRNNSetClip_v8;
import static jcuda.jcudnn.JCudnn.cudnnSetRNNDescriptor_v8;

import jcuda.jcudnn.cudnnDataType;
import jcuda.jcudnn.cudnnDirectionMode;
import jcuda.jcudnn.cudnnDropoutDescriptor;
import jcuda.jcudnn.cudnnNanPropagation;
import jcuda.jcudnn.cudnnRNNBiasMode;
import jcuda.jcudnn.cudnnRNNClipMode;
import jcuda.jcudnn.cudnnRNNDescriptor;
import jcuda.jcudnn.cudnnRNNInputMode;

/** cuDNN's description of some layers. Needs no GPU. */
final class RnnDescriptor implements AutoCloseable {
    /** {@code CUDNN_RNN_PADDED_IO_ENABLED}, which JCudnn lacks: sequences of different lengths, in any order. */
    private static final int PADDED_IO = 1;

    private final cudnnRNNDescriptor descriptor = new cudnnRNNDescriptor();

    /**
     * Describes them.
     *
     * @param settings the layers
     * @param noDropout a dropout descriptor with rate 0; null where there is no handle to set one with
     */
    RnnDescriptor(RnnSettings settings, cudnnDropoutDescriptor noDropout) {
        Status.call("cudnnCreateRNNDescriptor", () -> cudnnCreateRNNDescriptor(descriptor), () -> "");
        try {
            Status.call("cudnnSetRNNDescriptor_v8", () -> set(settings, noDropout), settings::toString);
            if (settings.cellClip() > 0) {
                Status.call("cudnnRNNSetClip_v8", () -> cudnnRNNSetClip_v8(descriptor, cudnnRNNClipMode.CUDNN_RNN_CLIP_MINMAX,
                        cudnnNanPropagation.CUDNN_PROPAGATE_NAN, -settings.cellClip(), settings.cellClip()), settings::toString);
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private int set(RnnSettings s, cudnnDropoutDescriptor noDropout) {
        return cudnnSetRNNDescriptor_v8(descriptor, s.algorithm().ordinal(), s.mode(),
                s.bias() ? cudnnRNNBiasMode.CUDNN_RNN_DOUBLE_BIAS : cudnnRNNBiasMode.CUDNN_RNN_NO_BIAS,
                s.directions() == 2 ? cudnnDirectionMode.CUDNN_BIDIRECTIONAL : cudnnDirectionMode.CUDNN_UNIDIRECTIONAL,
                cudnnRNNInputMode.CUDNN_LINEAR_INPUT, s.dataType(), cudnnDataType.CUDNN_DATA_FLOAT, s.mathType(),
                s.inputSize(), s.hiddenSize(), s.outputSize(), s.layers(), noDropout, PADDED_IO);
    }

    cudnnRNNDescriptor get() {
        return descriptor;
    }

    @Override
    public void close() {
        Status.call("cudnnDestroyRNNDescriptor", () -> cudnnDestroyRNNDescriptor(descriptor), () -> "");
    }
}
