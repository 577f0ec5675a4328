package dev.gateloom.conformance;

import dev.gateloom.EngineOptions;
import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;

/**
 * What every engine must pass. A subclass names the engine; that is all:
 *
 * <pre>{@code
 * class CpuConformanceTest extends EngineConformance {
 *     CpuConformanceTest() {
 *         super("cpu");
 *     }
 * }
 * }</pre>
 *
 * With {@code -Dgateloom.exhaustive=true} many more random problems are drawn. A failure names the problem and its
 * seed.
 */
@Tag("engine")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class EngineConformance implements GoldenTests, RandomTests, EquivalenceTests,
        BufferTests, PlanTests, ThreadTests, ArgumentTests, UnsupportedTests {
    private final String name;
    private RnnEngine engine;

    /** For the engine of that name. */
    protected EngineConformance(String name) {
        this.name = name;
    }

    @Override
    public final RnnEngine engine() {
        if (engine == null) {
            engine = newEngine(EngineOptions.defaults());
        }
        return engine;
    }

    @Override
    public RnnEngine newEngine(EngineOptions options) {
        return Engines.get(name, options);
    }

    @Override
    public Unsupported unsupported() {
        return Unsupported.NOTHING;
    }

    /** The case's own: ten times what PyTorch loses in float32. */
    @Override
    public double goldenTolerance(double rtol) {
        return rtol;
    }

    @AfterAll
    final void closeEngine() {
        if (engine != null) {
            engine.close();
        }
    }
}
