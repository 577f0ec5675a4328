package dev.gateloom.conformance;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.Shape;
import dev.gateloom.reference.Kinks;
import dev.gateloom.reference.ReferenceEngine;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;

/**
 * A problem that code of a precision can solve, its solution by the reference, and the tolerance.
 *
 * @param problem the problem
 * @param results of the reference
 * @param rtol see {@link Conditioning}
 */
record Exact(Problem problem, Results results, double rtol) {
    private static final double KINK_MARGIN_OF_FP32 = 2e-5;
    /** With pre-activations of about 1: of draws with so many expected within the margin one in a hundred has none. */
    private static final double MOST_NEAR_KINKS = 4;
    private static final RnnEngine REFERENCE = new ReferenceEngine();
    /** Solutions to share between engines; the exhaustive run has too many to keep. */
    private static final Map<String, Exact> SOLVED = new ConcurrentHashMap<>();

    /**
     * The first draw that is well-conditioned and keeps away from points without derivative. Solved once for all
     * engines.
     */
    static Exact of(Precision precision, String name, Supplier<Problem> draw) {
        return RandomTests.EXHAUSTIVE ? first(precision, name, draw)
                : SOLVED.computeIfAbsent(precision + " " + name, n -> first(precision, name, draw));
    }

    /** The solution of one problem that is known to be harmless. */
    static Exact of(Precision precision, Problem problem) {
        Results results = problem.run(REFERENCE);
        return new Exact(problem, results, Conditioning.tolerance(precision, problem, results));
    }

    /** Pre-activations of a rectifier and cell states near a clip stay this far from the point without derivative. */
    private static double kinkMargin(Precision precision) {
        return precision == Precision.FP32 ? KINK_MARGIN_OF_FP32 : Conditioning.unit(precision);
    }

    /** Whether a problem has so many rectifiers that no draw keeps all of them away from 0: never in float32. */
    static boolean meetsKinks(Precision precision, RnnConfig config, Mode mode, int steps, int batch) {
        double rectifiers = (double) config.numLayers() * config.numDirections() * config.hiddenSize() * steps * batch;
        return config.cell() == CellType.RNN_RELU && mode == Mode.TRAINING
                && rectifiers * kinkMargin(precision) > MOST_NEAR_KINKS;
    }

    private static Exact first(Precision precision, String name, Supplier<Problem> draw) {
        for (int attempt = 0; attempt < 100; attempt++) {
            Problem problem = draw.get();
            if (kinkDistance(problem) > kinkMargin(precision)) {
                Exact exact = of(precision, problem);
                if (exact.rtol <= Conditioning.most(precision)) {
                    return exact;
                }
            }
        }
        // Rounded to so few bits, some problems have no determined result, above all the gradients of layer normalisation.
        Assumptions.assumeTrue(precision == Precision.FP32, () -> name + " has no determined result in " + precision);
        throw new IllegalStateException(name + ": each draw is ill-conditioned or near a point without derivative;"
                + " make it smaller");
    }

    private static double kinkDistance(Problem p) {
        boolean kinks = p.config().cell() == CellType.RNN_RELU || p.config().cellClip() > 0;
        if (!kinks || p.mode() == Mode.INFERENCE) {
            return Double.POSITIVE_INFINITY;
        }
        try (RnnPlan plan = REFERENCE.plan(p.config(), Shape.of(p.steps(), p.batch()), p.mode())) {
            p.forward(plan, Memory.USUAL);
            return Kinks.margin(plan);
        }
    }

    /** Holds an engine's results against these. */
    void assertSolvedBy(Results actual) {
        actual.assertClose(results, rtol);
    }
}
