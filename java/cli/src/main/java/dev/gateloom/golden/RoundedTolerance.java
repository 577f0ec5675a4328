package dev.gateloom.golden;

import dev.gateloom.Engines;
import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnState;
import dev.gateloom.RnnWeights;
import dev.gateloom.golden.GoldenCase.Operands;
import java.util.Map;
import java.util.Random;

/**
 * The tolerance of a case on an engine whose products have factors of fewer bits than float32: four times what the exact result
 * moves when each input and parameter moves by one unit in the last place of the format, and at least one such unit. A product
 * rounds both of its factors by up to half a unit; moves are as large as roundings can be, roundings on average half of that.
 */
final class RoundedTolerance {
    private static final int MARGIN = 4;
    /** A single one may happen to move the result by little. */
    private static final int REALISATIONS = 3;

    private RoundedTolerance() {
    }

    static double of(GoldenCase golden, Precision precision) {
        double unit = Math.scalb(1.0, 1 - precision.significantBits());
        double tolerance = unit;
        try (RnnEngine reference = Engines.get("reference")) {
            Map<String, float[]> exact = Verdict.compute(golden, golden.operands(), reference);
            for (int seed = 0; seed < REALISATIONS; seed++) {
                Operands moved = moved(golden, unit, new Random(seed));
                for (Map.Entry<String, float[]> result : Verdict.compute(golden, moved, reference).entrySet()) {
                    tolerance = Math.max(tolerance, MARGIN * Verdict.error(result.getValue(),
                            Verdict.doubles(exact.get(result.getKey())), 1));
                }
            }
        }
        return tolerance;
    }

    private static Operands moved(GoldenCase golden, double unit, Random random) {
        Operands from = golden.operands();
        RnnWeights weights = RnnWeights.zeros(golden.config());
        float[] values = moved(from.weights().data(), unit, random);
        System.arraycopy(values, 0, weights.data(), 0, values.length);
        weights.changed();
        return new Operands(weights, moved(from.x(), unit, random), moved(from.initialState(), unit, random),
                moved(from.dy(), unit, random), moved(from.dFinalState(), unit, random));
    }

    private static RnnState moved(RnnState state, double unit, Random random) {
        return state == null ? null : RnnState.of(moved(state.h(), unit, random), moved(state.c(), unit, random));
    }

    private static float[] moved(float[] values, double unit, Random random) {
        if (values == null) {
            return null;
        }
        float[] moved = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            moved[i] = (float) (values[i] * (1 + (random.nextBoolean() ? unit : -unit)));
        }
        return moved;
    }
}
