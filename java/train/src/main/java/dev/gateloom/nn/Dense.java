package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Fully connected layer, applied to every row (each sample at each step): {@code y = W x + b} with {@code W [out, in]},
 * {@code b [out]}, PyTorch's {@code Linear} and its layout.
 *
 * <p>Backward: {@code dx = Wᵀ dy}, {@code dW += dy xᵀ}, {@code db += dy}.
 */
public final class Dense implements Layer {
    private final int inputSize;
    private final int outputSize;
    private final float[] weight;           // [out, in]
    private final float[] bias;             // [out]
    private final float[] dWeight;
    private final float[] dBias;
    private final List<Trainable> parameters;
    private Tensor input;

    /**
     * Weights and biases uniform in {@code ±1/sqrt(in)}, PyTorch's default.
     *
     * @param inputSize in, at least 1
     * @param outputSize out, at least 1
     * @param seed of the initial values
     */
    public Dense(int inputSize, int outputSize, long seed) {
        Require.that(inputSize >= 1, "inputSize", "at least 1", inputSize);
        Require.that(outputSize >= 1, "outputSize", "at least 1", outputSize);
        this.inputSize = inputSize;
        this.outputSize = outputSize;
        weight = new float[Math.multiplyExact(outputSize, inputSize)];
        bias = new float[outputSize];
        dWeight = new float[weight.length];
        dBias = new float[outputSize];
        Runnable nothing = () -> { };           // the loops below read the arrays themselves
        parameters = List.of(new Trainable("weight", weight, dWeight, nothing),
                new Trainable("bias", bias, dBias, nothing));
        SplittableRandom random = new SplittableRandom(seed);
        double bound = 1 / Math.sqrt(inputSize);
        fill(weight, random, bound);
        fill(bias, random, bound);
    }

    private static void fill(float[] to, SplittableRandom random, double bound) {
        for (int i = 0; i < to.length; i++) {
            to[i] = (float) ((2 * random.nextDouble() - 1) * bound);
        }
    }

    @Override
    public List<Trainable> parameters() {
        return parameters;
    }

    @Override
    public void forward(Tensor x, Tensor y, boolean training) {
        x.require("x", x.steps(), x.batch(), inputSize);
        y.shape(x.steps(), x.batch(), outputSize);
        float[] from = x.values();
        float[] to = y.values();
        for (int row = 0; row < x.rows(); row++) {
            int in = row * inputSize;           // x[row, :]
            for (int o = 0; o < outputSize; o++) {
                int w = o * inputSize;          // W[o, :]
                float sum = bias[o];
                for (int i = 0; i < inputSize; i++) {
                    sum += weight[w + i] * from[in + i];
                }
                to[row * outputSize + o] = sum;
            }
        }
        input = training ? x : null;
    }

    @Override
    public void backward(Tensor dy, Tensor dx) {
        Tensor x = Require.present(input, "backward: call forward with training = true first");
        dy.require("dy", x.steps(), x.batch(), outputSize);
        input = null;
        if (dx != null) {
            dx.shape(x.steps(), x.batch(), inputSize);
            Arrays.fill(dx.values(), 0, dx.size(), 0f);
        }
        float[] xs = x.values();
        for (int row = 0; row < x.rows(); row++) {
            int in = row * inputSize;
            for (int o = 0; o < outputSize; o++) {
                int w = o * inputSize;
                float d = dy.values()[row * outputSize + o];
                dBias[o] += d;
                for (int i = 0; i < inputSize; i++) {
                    dWeight[w + i] += d * xs[in + i];
                }
                if (dx != null) {
                    addScaled(dx.values(), in, weight, w, d, inputSize);
                }
            }
        }
    }

    /** {@code to[at + i] += factor · from[start + i]}. */
    private static void addScaled(float[] to, int at, float[] from, int start, float factor, int count) {
        for (int i = 0; i < count; i++) {
            to[at + i] += factor * from[start + i];
        }
    }
}
