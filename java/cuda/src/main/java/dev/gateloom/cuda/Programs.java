package dev.gateloom.cuda;

import dev.gateloom.CellType;
import dev.gateloom.Precision;
import dev.gateloom.device.Program;
import dev.gateloom.kernels.Kernels;
import java.util.Locale;

/** The compiled kernels, one program for each {@code .cu} file. */
final class Programs {
    static final Program GEMM = of("gemm");
    static final Program GEMM_THIN = of("gemm_thin");
    private static final Program GEMM_TF32 = of("gemm_tf32");
    private static final Program GEMM_BF16 = of("gemm_bf16");
    private static final Program GEMM_FP16 = of("gemm_fp16");
    static final Program ROWS = of("rows");
    static final Program CALL_BLOCK = of("call_block");
    static final Program LSTM_FORWARD = of("lstm_forward");
    static final Program LSTM_BACKWARD = of("lstm_backward");
    static final Program GRU_FORWARD = of("gru_forward");
    static final Program GRU_BACKWARD = of("gru_backward");
    static final Program LSTM_SEQUENCE_FORWARD = of("lstm_sequence_forward");
    static final Program LSTM_SEQUENCE_BACKWARD = of("lstm_sequence_backward");
    static final Program GRU_SEQUENCE_FORWARD = of("gru_sequence_forward");
    static final Program GRU_SEQUENCE_BACKWARD = of("gru_sequence_backward");
    static final Program RNN_SEQUENCE_FORWARD = of("rnn_sequence_forward");
    static final Program RNN_SEQUENCE_BACKWARD = of("rnn_sequence_backward");
    private static final Program LSTM_SEQUENCE_BF16 = of("lstm_sequence_bf16");
    private static final Program LSTM_SEQUENCE_FP16 = of("lstm_sequence_fp16");
    private static final Program GRU_SEQUENCE_BF16 = of("gru_sequence_bf16");
    private static final Program GRU_SEQUENCE_FP16 = of("gru_sequence_fp16");
    private static final Program RNN_SEQUENCE_BF16 = of("rnn_sequence_bf16");
    private static final Program RNN_SEQUENCE_FP16 = of("rnn_sequence_fp16");
    static final Program RNN = of("rnn");
    static final Program LSTM_GENERAL = of("lstm_general");
    static final Program GRU_GENERAL = of("gru_general");
    static final Program GRU_RESET_BEFORE = of("gru_reset_before");
    static final Program RNN_GENERAL = of("rnn_general");
    static final Program ZONEOUT = of("zoneout");
    static final Program DROPOUT = of("dropout");
    static final Program LAYER_NORM = of("layer_norm");
    static final Program CONVERT = of("convert");
    static final Program ELEMENTWISE = of("elementwise");
    static final Program EMBEDDING = of("embedding");
    static final Program SOFTMAX = of("softmax");
    static final Program WINDOWS = of("windows");

    private Programs() {
    }

    /** Products on tensor cores. */
    static Program gemm(Precision precision) {
        return switch (precision) {
            case TF32 -> GEMM_TF32;
            case BF16 -> GEMM_BF16;
            case FP16 -> GEMM_FP16;
            default -> throw new IllegalArgumentException("precision: expected one of tensor cores, got " + precision);
        };
    }

    /** All steps of a cell in one launch, in 16 bits. */
    static Program sequence(CellType cell, Precision precision) {
        if (precision != Precision.BF16 && precision != Precision.FP16) {
            throw new IllegalArgumentException("precision: expected one of 16 bits, got " + precision);
        }
        boolean bf16 = precision == Precision.BF16;
        return switch (cell) {
            case LSTM -> bf16 ? LSTM_SEQUENCE_BF16 : LSTM_SEQUENCE_FP16;
            case GRU -> bf16 ? GRU_SEQUENCE_BF16 : GRU_SEQUENCE_FP16;
            case RNN_TANH, RNN_RELU -> bf16 ? RNN_SEQUENCE_BF16 : RNN_SEQUENCE_FP16;
        };
    }

    /** What the kernels of a precision end with. */
    static String suffix(Precision precision) {
        return "_" + precision.name().toLowerCase(Locale.ROOT);
    }

    private static Program of(String name) {
        return new Program(name, Kernels.class);
    }
}
