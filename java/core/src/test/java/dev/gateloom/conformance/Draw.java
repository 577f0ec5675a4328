package dev.gateloom.conformance;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.Parameter;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks;
import dev.gateloom.RnnWeights;
import java.util.Random;

/** Draws problems. The seed stands in the problem's name. */
final class Draw {
    private final long seed;
    private final Random random;
    private double inputScale = 1;
    private boolean ragged;

    Draw(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    Random random() {
        return random;
    }

    /** Large inputs drive the gates into saturation. */
    Draw inputScale(double scale) {
        inputScale = scale;
        return this;
    }

    /** Lengths from 0 to T; x and dy hold NaN and infinities past them. */
    Draw ragged(boolean whether) {
        ragged = whether;
        return this;
    }

    /** A problem of these sizes, all else drawn. Each call gives another one. */
    Problem problem(RnnConfig config, Mode mode, int steps, int batch) {
        RnnWeights weights = weights(config);
        int width = config.numDirections() * config.outputSize();
        int states = config.numLayers() * config.numDirections() * batch;
        int[] lengths = ragged ? lengths(steps, batch) : null;
        boolean lstm = config.cell() == CellType.LSTM;
        boolean training = mode == Mode.TRAINING;
        boolean state = random.nextInt(4) > 0;
        boolean dState = training && random.nextInt(4) > 0;
        float[] x = normal(steps * batch * config.inputSize(), inputScale);
        pad(x, config, steps, batch, config.inputSize(), lengths);
        float[] dy = training ? normal((config.returnSequences() ? steps : 1) * batch * width, 1) : null;
        if (training && config.returnSequences()) {
            pad(dy, config, steps, batch, width, lengths);
        }
        RnnMasks masks = training && config.stochastic() && random.nextBoolean()
                ? new RnnMasks(config, steps, batch).draw(random.nextLong(), 0) : null;
        return new Problem(toString(), config, mode, steps, batch, lengths, weights, x,
                state ? normal(states * config.outputSize(), 0.5) : null,
                state && lstm ? normal(states * config.hiddenSize(), 0.8) : null,
                dy,
                dState ? normal(states * config.outputSize(), 1) : null,
                dState && lstm ? normal(states * config.hiddenSize(), 1) : null,
                masks);
    }

    /** Uniform in ±1/sqrt(H); gains of a normalisation around 1. */
    RnnWeights weights(RnnConfig config) {
        RnnWeights weights = RnnWeights.zeros(config);
        double bound = 1 / Math.sqrt(config.hiddenSize());
        for (Parameter p : weights.parameters()) {
            boolean norm = p.name().startsWith("ln_");
            double centre = p.name().startsWith("ln_gamma") ? 1 : 0;
            for (int i = 0; i < p.size(); i++) {
                double u = 2 * random.nextDouble() - 1;
                weights.data()[p.offset() + i] = (float) (centre + u * (norm ? 0.5 : bound));
            }
        }
        weights.changed();
        return weights;
    }

    float[] normal(int size, double scale) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return values;
    }

    private int[] lengths(int steps, int batch) {
        int[] lengths = new int[batch];
        for (int b = 0; b < batch; b++) {
            lengths[b] = random.nextInt(steps + 1);
        }
        lengths[random.nextInt(batch)] = random.nextBoolean() ? 0 : steps;
        return lengths;
    }

    private void pad(float[] values, RnnConfig config, int steps, int batch, int width, int[] lengths) {
        for (int b = 0; lengths != null && b < batch; b++) {
            for (int t = lengths[b]; t < steps; t++) {
                int row = config.batchFirst() ? b * steps + t : t * batch + b;
                for (int j = 0; j < width; j++) {
                    values[row * width + j] = random.nextBoolean() ? Float.NaN : Float.POSITIVE_INFINITY;
                }
            }
        }
    }

    @Override
    public String toString() {
        return "seed " + seed;
    }
}
