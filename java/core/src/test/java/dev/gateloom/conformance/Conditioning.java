package dev.gateloom.conformance;

import dev.gateloom.Precision;
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
 *
 * <p>Code whose products have factors of fewer bits rounds both factors by up to half a unit in their last place. Inputs and
 * parameters are one factor of every product, so here they move by a whole unit, for both; activations stay float32. The
 * tolerance is four times what that moves: moves are as large as roundings can be, roundings on average half of that; and at
 * least a whole unit, which is what one product of two factors can err by.
 */
final class Conditioning {
    private static final double LEAST_OF_FP32 = 1e-5;
    private static final double MARGIN_OF_FP32 = 10;
    private static final double MARGIN = 4;
    /** A single one may happen to move the result by little. */
    private static final int REALISATIONS = 3;
    private Conditioning() {
    }

    /** A problem whose tolerance is larger proves little: another one is drawn. */
    static double most(Precision precision) {
        return precision == Precision.FP32 ? 1e-3 : 16 * unit(precision);
    }

    /** One in the last place of a number in [1, 2). */
    static double unit(Precision precision) {
        return Math.scalb(1.0, 1 - precision.significantBits());
    }

    static double tolerance(Precision precision, Problem problem, Results exact) {
        double moved = 0;
        for (int n = 0; n < REALISATIONS; n++) {
            Random random = new Random(n);
            Shape shape = Shape.of(problem.steps(), problem.batch());
            try (RnnPlan plan = RoundedActivations.plan(problem.config(), shape, problem.mode(), random)) {
                moved = Math.max(moved, nudged(precision, problem, random).run(plan, Memory.USUAL).error(exact));
            }
        }
        return precision == Precision.FP32 ? Math.max(LEAST_OF_FP32, MARGIN_OF_FP32 * moved)
                : Math.max(unit(precision), MARGIN * moved);
    }

    private static Problem nudged(Precision precision, Problem p, Random random) {
        RnnWeights weights = RnnWeights.zeros(p.config());
        float[] values = nudged(precision, p.weights().data(), random);
        System.arraycopy(values, 0, weights.data(), 0, values.length);
        weights.changed();
        return new Problem(p.name(), p.config(), p.mode(), p.steps(), p.batch(), p.lengths(), weights,
                nudged(precision, p.x(), random), nudged(precision, p.h0(), random), nudged(precision, p.c0(), random),
                nudged(precision, p.dy(), random), nudged(precision, p.dhN(), random), nudged(precision, p.dcN(), random),
                p.masks());
    }

    private static float[] nudged(Precision precision, float[] values, Random random) {
        if (values == null) {
            return null;
        }
        float[] moved = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            boolean up = random.nextBoolean();
            moved[i] = precision != Precision.FP32 ? (float) (values[i] * (1 + (up ? unit(precision) : -unit(precision))))
                    : up ? Math.nextUp(values[i]) : Math.nextDown(values[i]);
        }
        return moved;
    }
}
