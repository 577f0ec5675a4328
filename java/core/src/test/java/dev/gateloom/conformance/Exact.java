package dev.gateloom.conformance;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.Shape;
import dev.gateloom.reference.Kinks;
import dev.gateloom.reference.ReferenceEngine;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A problem that float32 code can solve, its solution by the reference, and the tolerance.
 *
 * @param problem the problem
 * @param results of the reference
 * @param rtol see {@link Conditioning}
 */
record Exact(Problem problem, Results results, double rtol) {
    /** Pre-activations of a rectifier and cell states near a clip stay this far from the point without derivative. */
    private static final double KINK_MARGIN = 2e-5;
    private static final RnnEngine REFERENCE = new ReferenceEngine();
    /** Solutions to share between engines; the exhaustive run has too many to keep. */
    private static final Map<String, Exact> SOLVED = new ConcurrentHashMap<>();

    /**
     * The first draw that is well-conditioned and keeps away from points without derivative. Solved once for all
     * engines.
     */
    static Exact of(String name, Supplier<Problem> draw) {
        return RandomTests.EXHAUSTIVE ? first(name, draw) : SOLVED.computeIfAbsent(name, n -> first(n, draw));
    }

    /** The solution of one problem that is known to be harmless. */
    static Exact of(Problem problem) {
        Results results = problem.run(REFERENCE);
        return new Exact(problem, results, Conditioning.tolerance(problem, results));
    }

    private static Exact first(String name, Supplier<Problem> draw) {
        for (int attempt = 0; attempt < 100; attempt++) {
            Problem problem = draw.get();
            if (kinkMargin(problem) > KINK_MARGIN) {
                Exact exact = of(problem);
                if (exact.rtol <= Conditioning.MOST) {
                    return exact;
                }
            }
        }
        throw new IllegalStateException(name + ": each draw is ill-conditioned or near a point without derivative;"
                + " make it smaller");
    }

    private static double kinkMargin(Problem p) {
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
