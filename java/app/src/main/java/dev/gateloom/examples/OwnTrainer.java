package dev.gateloom.examples;

import dev.gateloom.Engines;
import dev.gateloom.Initializer;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import java.util.Random;

/**
 * The fused cell in your own SGD loop; needs gateloom-core only. The task: each step shows a random number, and the
 * output, the sum of the LSTM's units, is to repeat the number of the step before (answering 0 has the loss 1/3).
 */
public final class OwnTrainer {
    private static final int STEPS = 12;
    private static final int BATCH = 32;
    private static final int HIDDEN = 16;
    private static final int DELAY = 1;

    private OwnTrainer() {
    }

    /**
     * Trains and prints the loss.
     *
     * @param args the number of updates, or nothing
     */
    public static void main(String[] args) {
        train(args.length > 0 ? Integer.parseInt(args[0]) : 500);
    }

    /** Returns the mean squared error of the last update. */
    static double train(int updates) {
        RnnConfig config = RnnConfig.lstm(1, HIDDEN).build();
        Random random = new Random(1);
        float[] x = new float[STEPS * BATCH];               // [T, B, 1]
        float[] y = new float[STEPS * BATCH * HIDDEN];      // [T, B, H]
        float[] dy = new float[y.length];
        double loss = 0;
        try (RnnEngine engine = Engines.best();
                RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(42));
                RnnWeights gradients = RnnWeights.zeros(config);
                RnnPlan plan = engine.plan(config, Shape.of(STEPS, BATCH), Mode.TRAINING)) {
            for (int update = 1; update <= updates; update++) {
                for (int i = 0; i < x.length; i++) {
                    x[i] = 2 * random.nextFloat() - 1;
                }
                plan.forward(weights, x, null, null, y, null);
                loss = squaredError(x, y, dy);
                gradients.clear();
                plan.backward(weights, dy, null, null, null, gradients);
                for (int i = 0; i < weights.data().length; i++) {
                    weights.data()[i] -= 0.1f * gradients.data()[i];
                }
                weights.changed();                          // packed copies are renewed at the next call
                if (update == 1 || update % Math.max(1, updates / 10) == 0) {
                    System.out.printf("update %4d  loss %.5f%n", update, loss);
                }
            }
        }
        return loss;
    }

    /** The mean of (sum over units of y[t, b, :] - x[t - DELAY, b])², and its gradient. */
    private static double squaredError(float[] x, float[] y, float[] dy) {
        double sum = 0;
        int count = (STEPS - DELAY) * BATCH;
        for (int row = DELAY * BATCH; row < STEPS * BATCH; row++) {
            float error = -x[row - DELAY * BATCH];
            for (int j = 0; j < HIDDEN; j++) {
                error += y[row * HIDDEN + j];
            }
            for (int j = 0; j < HIDDEN; j++) {
                dy[row * HIDDEN + j] = 2 * error / count;
            }
            sum += error * error;
        }
        return sum / count;
    }
}
