package dev.gateloom.conformance;

import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;

/** One random training problem with ragged lengths, for an engine's own tests: held against the reference within the suite's tolerance. */
public final class Sample {
    private final Exact exact;

    private Sample(Exact exact) {
        this.exact = exact;
    }

    /**
     * Draws a problem and solves it.
     *
     * @param precision of the engines that will solve it
     * @param seed of all its values
     */
    public static Sample of(Precision precision, RnnConfig config, int steps, int batch, long seed) {
        Draw draw = new Draw(seed).ragged(true);
        return new Sample(Exact.of(precision, "sample " + seed + " " + config + " " + steps + "x" + batch,
                () -> draw.problem(config, Mode.TRAINING, steps, batch)));
    }

    /** Fails, naming the tensor, if a result of the engine is not the reference's. */
    public void assertSolvedBy(RnnEngine engine) {
        exact.assertSolvedBy(exact.problem().run(engine));
    }
}
