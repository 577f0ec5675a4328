package dev.gateloom.conformance;

import dev.gateloom.RnnPlan;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.reference.RoundedActivations;
import java.util.Random;

/**
 * The tolerance of float32 code for one problem, from the oracle alone: ten times what its result moves when every
 * input and parameter moves by one unit in the last place and every activation is rounded to float; at least 1e-5.
 * That is how much of the result float32 determines; it grows by itself with the number of steps, with the length of
 * the sums and with saturation. It plays the part that PyTorch's own float32 error plays in the golden files.
 */
final class Conditioning {
    private static final double LEAST = 1e-5;
    private static final double MARGIN = 10;
    /** A problem whose tolerance is larger proves little: another one is drawn. */
    static final double MOST = 1e-3;

    private Conditioning() {
    }

    static double tolerance(Problem problem, Results exact) {
        Problem nudged = nudged(problem);
        Shape shape = Shape.of(problem.steps(), problem.batch());
        try (RnnPlan plan = RoundedActivations.plan(problem.config(), shape, problem.mode())) {
            return Math.max(LEAST, MARGIN * nudged.run(plan, Memory.USUAL).error(exact));
        }
    }

    private static Problem nudged(Problem p) {
        Random random = new Random(1);
        RnnWeights weights = RnnWeights.zeros(p.config());
        float[] values = nudged(p.weights().data(), random);
        System.arraycopy(values, 0, weights.data(), 0, values.length);
        weights.changed();
        return new Problem(p.name(), p.config(), p.mode(), p.steps(), p.batch(), p.lengths(), weights,
                nudged(p.x(), random), nudged(p.h0(), random), nudged(p.c0(), random), nudged(p.dy(), random),
                nudged(p.dhN(), random), nudged(p.dcN(), random), p.masks());
    }

    private static float[] nudged(float[] values, Random random) {
        if (values == null) {
            return null;
        }
        float[] moved = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            moved[i] = random.nextBoolean() ? Math.nextUp(values[i]) : Math.nextDown(values[i]);
        }
        return moved;
    }
}
