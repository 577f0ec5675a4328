package dev.gateloom.cuda;

import dev.gateloom.Initializer;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnState;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import java.util.Arrays;
import java.util.Random;

/** A training step of random values, the same ones for the same sizes. */
final class TrainingRun {
    private TrainingRun() {
    }

    /** Everything that a training step gives, one after the other. */
    static float[] train(RnnEngine engine, RnnConfig config, int steps, int batch, boolean ragged) {
        return train(engine, config, steps, batch, ragged ? new Random(7).ints(batch, 0, steps + 1).toArray() : null);
    }

    /** The same for sequences of given lengths; null if all are whole. */
    static float[] train(RnnEngine engine, RnnConfig config, int steps, int batch, int[] lengths) {
        int width = config.numDirections() * config.hiddenSize();
        Random random = new Random(7);
        float[] x = floats(random, steps * batch * config.inputSize());
        float[] dy = floats(random, steps * batch * width);
        float[] y = new float[dy.length];
        float[] dx = new float[x.length];
        try (RnnPlan plan = engine.plan(config, Shape.of(steps, batch), Mode.TRAINING);
                RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
                RnnWeights gradients = RnnWeights.zeros(config)) {
            RnnState initial = state(random, config, batch);
            RnnState last = RnnState.zeros(config, batch);
            RnnState dLast = state(random, config, batch);
            RnnState dInitial = RnnState.zeros(config, batch);
            plan.forward(weights, x, initial, lengths, y, last);
            plan.backward(weights, dy, dLast, dx, dInitial, gradients);
            return concatenated(y, dx, gradients.data(), last.h(), dInitial.h());
        }
    }

    private static RnnState state(Random random, RnnConfig config, int batch) {
        RnnState state = RnnState.zeros(config, batch);
        float[] h = state.h();
        for (int i = 0; i < h.length; i++) {
            h[i] = 2 * random.nextFloat() - 1;
        }
        return state;
    }

    private static float[] floats(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        return values;
    }

    private static float[] concatenated(float[]... parts) {
        float[] all = new float[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
