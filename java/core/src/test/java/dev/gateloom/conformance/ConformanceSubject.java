package dev.gateloom.conformance;

import dev.gateloom.EngineOptions;
import dev.gateloom.Precision;
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
     * out no large one and draws twenty times as many random ones.
     */
    default int oneProblemOf() {
        return 1;
    }

    /** In which the engine multiplies matrices: decides how close its results must come. */
    default Precision precision() {
        return Precision.FP32;
    }

    /**
     * How close two results of the engine for one function come that it computes in two ways. Factors are rounded alike, but
     * where sums differ in their last bit one of them may be rounded the other way: half a unit in its last place.
     */
    default double sameFunction() {
        return Math.max(1e-5, Math.scalb(1.0, -precision().significantBits()));
    }

    /** Tolerance of a golden case whose float32 tolerance is {@code rtol}. */
    double goldenTolerance(double rtol);
}
