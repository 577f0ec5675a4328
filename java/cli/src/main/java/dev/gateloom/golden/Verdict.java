package dev.gateloom.golden;

import dev.gateloom.CellType;
import dev.gateloom.Parameter;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnState;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How well an engine agrees with a golden case. With expected values {@code e}, computed values {@code a} and
 * {@code M = max|e|} over a tensor, its error is {@code max|a - e| / (rtol · max(M, 1e-3))}; up to 1 is agreement.
 *
 * @param tensor the tensor with the largest error
 * @param error that error; infinite if a value is not a number
 * @param problem why nothing could be compared; empty if it could
 * @param unsupported whether that is because the engine lacks an option, and says so
 */
public record Verdict(String tensor, double error, String problem, boolean unsupported) {
    /** Tensors that are all but zero are compared as if their largest value were this. */
    private static final double SMALLEST_SCALE = 1e-3;

    /**
     * Runs a case.
     *
     * @param golden the case
     * @param engine the engine
     * @return the verdict; a case that the engine cannot run, or fails to run, has not passed
     */
    public static Verdict of(GoldenCase golden, RnnEngine engine) {
        return of(golden, engine, golden.rtol());
    }

    /** With another tolerance than the file's. */
    static Verdict of(GoldenCase golden, RnnEngine engine, double rtol) {
        Optional<String> lacks = engine.unsupported(golden.config(), golden.mode());
        if (lacks.isPresent()) {
            return new Verdict("", Double.POSITIVE_INFINITY, "not supported: " + lacks.get(), true);
        }
        Map<String, float[]> results;
        try {
            results = compute(golden, golden.operands(), engine);
        } catch (RuntimeException e) {
            return failed(e);
        }
        Verdict worst = new Verdict("y", 0, "", false);
        for (Map.Entry<String, float[]> result : results.entrySet()) {
            double error = error(result.getValue(), golden.expected().get(result.getKey()), rtol);
            if (error > worst.error) {
                worst = new Verdict(result.getKey(), error, "", false);
            }
        }
        return worst;
    }

    /** A file whose parts do not fit together: its model, its target or its numbers. */
    static Verdict contradiction(IllegalArgumentException e) {
        return new Verdict("", Double.POSITIVE_INFINITY, "the case contradicts itself: " + e.getMessage(), false);
    }

    /** One case that an engine stumbles over must not hide the others. */
    static Verdict failed(RuntimeException e) {
        return new Verdict("", Double.POSITIVE_INFINITY, "the engine failed: " + e, false);
    }

    /** The worse of this and another comparison. */
    Verdict or(String other, float[] computed, double[] expected, double rtol) {
        return or(other, doubles(computed), expected, rtol);
    }

    /** The same of double precision. */
    Verdict or(String other, double[] computed, double[] expected, double rtol) {
        if (computed.length != expected.length) {
            return new Verdict(other, Double.POSITIVE_INFINITY, "", false);
        }
        double more = error(computed, expected, rtol);
        return more > error ? new Verdict(other, more, "", false) : this;
    }

    /**
     * Whether the engine agrees.
     *
     * @return true if the largest error is within the tolerance
     */
    public boolean passed() {
        return error <= 1;
    }

    static double error(float[] computed, double[] expected, double rtol) {
        return error(doubles(computed), expected, rtol);
    }

    static double[] doubles(float[] single) {
        double[] values = new double[single.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = single[i];
        }
        return values;
    }

    private static double error(double[] computed, double[] expected, double rtol) {
        double scale = SMALLEST_SCALE;
        for (double e : expected) {
            scale = Math.max(scale, Math.abs(e));
        }
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            double error = Math.abs(computed[i] - expected[i]) / (rtol * scale);
            worst = error <= worst ? worst : Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
        }
        return worst;
    }

    /** What an engine makes of a case, or of one whose operands have moved. */
    static Map<String, float[]> compute(GoldenCase golden, GoldenCase.Operands from, RnnEngine engine) {
        RnnConfig config = golden.config();
        boolean lstm = config.cell() == CellType.LSTM;
        Map<String, float[]> results = new LinkedHashMap<>();
        float[] y = unset(golden, "y", results);
        RnnState last = RnnState.of(unset(golden, "hn", results), lstm ? unset(golden, "cn", results) : null);
        try (RnnPlan plan = engine.plan(config, Shape.of(golden.steps(), golden.batch()), golden.mode())) {
            if (golden.masks() != null) {
                plan.masks(golden.masks());
            }
            plan.forward(from.weights(), from.x(), from.initialState(), golden.lengths(), y, last);
            if (golden.hasGradients()) {
                float[] dx = unset(golden, "grad.x", results);
                RnnState dInitial = RnnState.of(unset(golden, "grad.h0", results),
                        lstm ? unset(golden, "grad.c0", results) : null);
                RnnWeights gradients = RnnWeights.zeros(config);
                plan.backward(from.weights(), from.dy(), from.dFinalState(), dx, dInitial, gradients);
                for (Parameter p : gradients.parameters()) {
                    results.put("grad." + p.name(), gradients.get(p.name()));
                }
            }
        }
        return results;
    }

    /** Room for a result, full of NaN: what an engine forgets to write is found. */
    private static float[] unset(GoldenCase golden, String name, Map<String, float[]> results) {
        float[] values = new float[golden.expected().get(name).length];
        Arrays.fill(values, Float.NaN);
        results.put(name, values);
        return values;
    }
}
