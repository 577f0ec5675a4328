package dev.gateloom.examples;

import dev.gateloom.Engines;
import dev.gateloom.Initializer;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import java.util.Arrays;
import java.util.Random;

/**
 * The fused cell in your own SGD loop; needs gateloom-core only. The task: each step shows a random number, and the
 * output, the sum of the LSTM's units, is to repeat the number of the step before (answering 0 has the loss 1/3).
 */
final class OwnTrainer {
    private static final int STEPS = 12;
    private static final int BATCH = 32;
    private static final int HIDDEN = 16;

    public static void main(String[] args) {
        train(500);
    }

    /** Returns the mean squared error of the last update. */
    static double train(int updates) {
        Random random = new Random(1);
        float[] x = new float[STEPS * BATCH];               // [T, B, 1]
        float[] y = new float[STEPS * BATCH * HIDDEN];      // [T, B, H]
        float[] dy = new float[y.length];
        double loss = 0;
        RnnConfig config = RnnConfig.lstm(1, HIDDEN).build();               // inputSize, hiddenSize
        try (RnnEngine engine = Engines.best();
                RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(42));
                RnnWeights gradients = RnnWeights.zeros(config);
                RnnPlan plan = engine.plan(config, Shape.of(STEPS, BATCH), Mode.TRAINING)) {
            for (int update = 1; update <= updates; update++) {
                for (int i = 0; i < x.length; i++) {
                    x[i] = 2 * random.nextFloat() - 1;                      // your data
                }
                plan.forward(weights, x, null, null, y, null);              // x [T, B, I] -> y [T, B, H]
                loss = squaredError(x, y, dy);                              // your loss, and its gradient
                gradients.clear();
                plan.backward(weights, dy, null, null, null, gradients);    // adds to the gradients
                for (int i = 0; i < weights.data().length; i++) {
                    weights.data()[i] -= 0.1f * gradients.data()[i];        // your optimizer
                }
                weights.changed();                                          // packed copies are renewed at the next call
                if (update == 1 || update % 50 == 0) {
                    System.out.printf("update %4d  loss %.5f%n", update, loss);
                }
            }
        }
        return loss;
    }

    /** The mean of (sum over units of y[t, b, :] - x[t - 1, b])², and its gradient. */
    private static double squaredError(float[] x, float[] y, float[] dy) {
        double sum = 0;
        for (int row = BATCH; row < x.length; row++) {
            float error = -x[row - BATCH];
            for (int i = row * HIDDEN; i < (row + 1) * HIDDEN; i++) {
                error += y[i];
            }
            Arrays.fill(dy, row * HIDDEN, (row + 1) * HIDDEN, 2 * error / (x.length - BATCH));
            sum += error * error;
        }
        return sum / (x.length - BATCH);
    }
}
