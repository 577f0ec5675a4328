package dev.gateloom.conformance;

import dev.gateloom.RnnPlan;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.reference.RoundedActivations;
import java.util.Random;

/**
 * The tolerance of float32 code for one problem, from the oracle alone: ten times what its result moves when every
 * input, parameter, activation and normalised value moves by one unit in the last place, at least 1e-5. That is how
 * much of the result float32 determines; it grows by itself with the number of steps, with the length of the sums and
 * with saturation. It plays the part that PyTorch's own float32 error plays in the golden files.
 */
final class Conditioning {
    private static final double LEAST = 1e-5;
    private static final double MARGIN = 10;
    /** A single one may happen to move the result by little. */
    private static final int REALISATIONS = 3;
    /** A problem whose tolerance is larger proves little: another one is drawn. */
    static final double MOST = 1e-3;

    private Conditioning() {
    }

    static double tolerance(Problem problem, Results exact) {
        double moved = 0;
        for (int n = 0; n < REALISATIONS; n++) {
            Random random = new Random(n);
            Shape shape = Shape.of(problem.steps(), problem.batch());
            try (RnnPlan plan = RoundedActivations.plan(problem.config(), shape, problem.mode(), random)) {
                moved = Math.max(moved, nudged(problem, random).run(plan, Memory.USUAL).error(exact));
            }
        }
        return Math.max(LEAST, MARGIN * moved);
    }

    private static Problem nudged(Problem p, Random random) {
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
