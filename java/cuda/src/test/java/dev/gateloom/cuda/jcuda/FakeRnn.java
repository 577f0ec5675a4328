package dev.gateloom.cuda.jcuda;

import dev.gateloom.CellType;
import dev.gateloom.Parameter;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnWeights;
import dev.gateloom.cuda.model.Digits;
import java.util.HashMap;
import java.util.Map;

/**
 * Layers as {@code cudnnSetRNNDescriptor_v8} describes them, and where a played cuDNN keeps their parameters: the last ones first,
 * with room of different sizes between them, so that nobody finds them who does not ask.
 */
final class FakeRnn {
    static final int STANDARD = 0;
    static final int PERSIST_DYNAMIC = 2;
    static final int PERSIST_STATIC_SMALL_H = 3;
    /** {@code cudnnMathType_t}: the first may round float32 to tf32, the last must not. */
    static final int DEFAULT_MATH = 0;
    static final int TENSOR_OP_MATH = 1;
    static final int FMA_MATH = 3;
    private static final int PROJECTION = 8;

    int algorithm;
    int cell;
    boolean bias;
    int directions;
    int dataType;
    int mathType;
    int inputSize;
    int hiddenSize;
    int outputSize;
    int layers;
    float clip;
    int builtBatch;
    boolean set;

    /**
     * A parameter in the weight space.
     *
     * @param name as in {@link RnnWeights}
     * @param first of its values in that parameter
     * @param rows of a matrix, or values of a bias
     * @param columns 1 for a bias
     * @param place its first number in the space
     */
    record Part(String name, int first, int rows, int columns, int place) {
    }

    RnnConfig config() {
        CellType[] cells = {CellType.RNN_RELU, CellType.RNN_TANH, CellType.LSTM, CellType.GRU};
        return RnnConfig.of(cells[cell], inputSize, hiddenSize).layers(layers).bidirectional(directions == 2).bias(bias)
                .projSize(outputSize < hiddenSize ? outputSize : 0).cellClip(clip).build();
    }

    static String key(int pseudoLayer, int linLayer, boolean bias) {
        return pseudoLayer + " " + linLayer + (bias ? " bias" : "");
    }

    /** By {@link #key}. */
    Map<String, Part> parts() {
        Map<String, Part> parts = new HashMap<>();
        int place = 3;
        int gates = config().cell().gates();
        for (int k = layers * directions - 1; k >= 0; k--) {
            String suffix = RnnConfig.suffix(k / directions, k % directions);
            int in = k / directions == 0 ? inputSize : directions * outputSize;
            if (outputSize < hiddenSize) {
                parts.put(key(k, PROJECTION, false), new Part("weight_hr" + suffix, 0, outputSize, hiddenSize, place));
                place += outputSize * hiddenSize + 1;
            }
            for (int id = 2 * gates - 1; id >= 0; id--) {
                boolean input = id < gates;
                int columns = input ? in : outputSize;
                int first = id % gates * hiddenSize;
                parts.put(key(k, id, false), new Part((input ? "weight_ih" : "weight_hh") + suffix, first * columns, hiddenSize,
                        columns, place));
                place += hiddenSize * columns + 1 + id % 3;
                if (bias) {
                    parts.put(key(k, id, true), new Part((input ? "bias_ih" : "bias_hh") + suffix, first, hiddenSize, 1, place));
                    place += hiddenSize + id % 2;
                }
            }
        }
        return parts;
    }

    /** Numbers of the weight space. */
    int size() {
        return parts().values().stream().mapToInt(part -> part.place + part.rows * part.columns).max().orElse(0) + 1;
    }

    RnnWeights weights(float[] space) {
        RnnWeights weights = RnnWeights.zeros(config());
        for (Part part : parts().values()) {
            Parameter parameter = weights.parameter(part.name);
            System.arraycopy(space, part.place, weights.data(), parameter.offset() + part.first, part.rows * part.columns);
        }
        weights.changed();
        return weights;
    }

    /** What products read of float32 in the default math: tf32, as on an Ampere GPU. In all else the same. */
    float[] factors(float[] values) {
        if (dataType != FakeNumbers.FLOAT || mathType != DEFAULT_MATH) {
            return values;
        }
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = Digits.TF32.round(values[i]);
        }
        return rounded;
    }

    /** Adds gradients to those of a space. */
    void add(RnnWeights gradients, float[] space) {
        for (Part part : parts().values()) {
            Parameter parameter = gradients.parameter(part.name);
            for (int i = 0; i < part.rows * part.columns; i++) {
                space[part.place + i] += gradients.data()[parameter.offset() + part.first + i];
            }
        }
    }
}
