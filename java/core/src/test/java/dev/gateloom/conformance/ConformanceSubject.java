package dev.gateloom.conformance;

import dev.gateloom.EngineOptions;
import dev.gateloom.RnnEngine;

/** What the tests of the suite ask of the engine under test. */
interface ConformanceSubject {

    /** The engine, made once for all tests that do not care about threads. */
    RnnEngine engine();

    /** A new engine; the test closes it. */
    RnnEngine newEngine(EngineOptions options);

    /** What the engine lacks. */
    Unsupported unsupported();

    /**
     * One of so many large or random problems is run, chosen by its seed: 1 unless the engine is slow. The long run leaves
     * out none.
     */
    default int oneProblemOf() {
        return 1;
    }

    /** Tolerance of a golden case whose float32 tolerance is {@code rtol}. */
    double goldenTolerance(double rtol);
}
