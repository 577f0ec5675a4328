package dev.gateloom.bench;

import dev.gateloom.Initializer;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnWeights;
import java.util.SplittableRandom;

/**
 * The numbers a case is run on: the same for every contender, in every process, on every machine.
 *
 * @param of the case
 * @param weights drawn as PyTorch does
 * @param x input, {@code [T, B, I]}, uniform in [-1, 1)
 * @param dy gradient of the output, {@code [T, B, H]}, uniform in [-1, 1); null unless the case trains
 */
public record Problem(Case of, RnnWeights weights, float[] x, float[] dy) {

    /**
     * Draws the numbers.
     *
     * @param c the case
     * @return the problem
     */
    public static Problem of(Case c) {
        Dims d = c.dims();
        RnnConfig config = c.config();
        return new Problem(c, RnnWeights.init(config, Initializer.pytorch(42)),
                uniform(1, size(d.steps(), d.batch(), d.inputSize())),
                c.kind() == Kind.TRAINING ? uniform(2, size(d.steps(), d.batch(), d.hiddenSize())) : null);
    }

    private static int size(int a, int b, int c) {
        return Math.multiplyExact(Math.multiplyExact(a, b), c);
    }

    private static float[] uniform(long seed, int n) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (random.nextInt() >> 7) * 0x1p-24f;
        }
        return values;
    }
}
