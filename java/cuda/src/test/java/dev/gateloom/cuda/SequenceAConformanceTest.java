package dev.gateloom.cuda;

import dev.gateloom.EngineOptions;
import dev.gateloom.RnnEngine;
import dev.gateloom.conformance.EngineConformance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The engine with strategy A wherever it fits, on the emulator with all its checks. */
@EnabledIfSystemProperty(named = "gateloom.exhaustive", matches = "true", disabledReason = "takes minutes; -Pexhaustive runs it")
class SequenceAConformanceTest extends EngineConformance {
    private long engines;

    SequenceAConformanceTest() {
        super(CudaEngine.NAME);
    }

    @Override
    public RnnEngine newEngine(EngineOptions options) {
        return CudaEngine.owning(Emulator.open(++engines), SequenceOptions.of(Strategy.A));
    }

    @Override
    public int oneProblemOf() {
        return 24;
    }
}
