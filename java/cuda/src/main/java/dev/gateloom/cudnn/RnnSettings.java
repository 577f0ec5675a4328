package dev.gateloom.cudnn;

import dev.gateloom.CellType;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import jcuda.jcudnn.cudnnDataType;
import jcuda.jcudnn.cudnnMathType;
import jcuda.jcudnn.cudnnRNNMode;

/**
 * What cuDNN is told of layers that it runs in one call.
 *
 * @param cell the cell
 * @param inputSize I of the first of them, at least 1
 * @param hiddenSize H
 * @param outputSize R: H, or less with a projection
 * @param layers L
 * @param directions D
 * @param bias whether there are biases: then two, as in PyTorch
 * @param cellClip limit of the cell state; 0 for none
 * @param algorithm how
 * @param precision in which numbers
 */
record RnnSettings(CellType cell, int inputSize, int hiddenSize, int outputSize, int layers, int directions, boolean bias,
        float cellClip, CudnnAlgorithm algorithm, Precision precision) {

    /**
     * Some layers of a stack. cuDNN knows no layer without input, which is one with an input of a single zero; and none without
     * biases but in STANDARD, which elsewhere are zeros.
     */
    static RnnSettings of(RnnConfig config, int firstLayer, int layers, CudnnAlgorithm algorithm, Precision precision) {
        return new RnnSettings(config.cell(), Math.max(1, config.layerInputSize(firstLayer)), config.hiddenSize(),
                config.outputSize(), layers, config.numDirections(),
                config.bias() || algorithm != CudnnAlgorithm.STANDARD, config.cellClip(), algorithm, precision);
    }

    /** I of one of the layers, counted from 0. */
    int inputSize(int layer) {
        return layer == 0 ? inputSize : directions * outputSize;
    }

    boolean projected() {
        return outputSize < hiddenSize;
    }

    /** {@code cudnnRNNMode_t}. */
    int mode() {
        return switch (cell) {
            case LSTM -> cudnnRNNMode.CUDNN_LSTM;
            case GRU -> cudnnRNNMode.CUDNN_GRU;
            case RNN_TANH -> cudnnRNNMode.CUDNN_RNN_TANH;
            case RNN_RELU -> cudnnRNNMode.CUDNN_RNN_RELU;
        };
    }

    /** {@code cudnnDataType_t} of tensors and weights. Sums are float32 in each of them. */
    int dataType() {
        return switch (precision) {
            case FP32, TF32 -> cudnnDataType.CUDNN_DATA_FLOAT;
            case BF16 -> cudnnDataType.CUDNN_DATA_BFLOAT16;
            case FP16 -> cudnnDataType.CUDNN_DATA_HALF;
        };
    }

    /** {@code cudnnMathType_t}. The default one may round float32 to tf32. */
    int mathType() {
        return switch (precision) {
            case FP32 -> cudnnMathType.CUDNN_FMA_MATH;
            case TF32 -> cudnnMathType.CUDNN_DEFAULT_MATH;
            case BF16, FP16 -> cudnnMathType.CUDNN_TENSOR_OP_MATH;
        };
    }
}
