package dev.gateloom.cuda;

import dev.gateloom.EngineOptions;
import dev.gateloom.RnnEngine;
import dev.gateloom.conformance.EngineConformance;
import dev.gateloom.conformance.Unsupported;

/** The engine with strategy A wherever it fits, on the emulator with all its checks. */
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

    @Override
    public Unsupported unsupported() {
        return CudaGaps.TABLE;
    }
}
