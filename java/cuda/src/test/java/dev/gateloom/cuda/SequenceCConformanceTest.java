package dev.gateloom.cuda;

import dev.gateloom.EngineOptions;
import dev.gateloom.RnnEngine;
import dev.gateloom.conformance.EngineConformance;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The engine with strategy C wherever it fits, on an emulator of 16 multiprocessors with all its checks. */
@EnabledIfSystemProperty(named = "gateloom.exhaustive", matches = "true", disabledReason = "takes minutes; -Pexhaustive runs it")
class SequenceCConformanceTest extends EngineConformance {
    private long engines;

    SequenceCConformanceTest() {
        super(CudaEngine.NAME);
    }

    @Override
    public RnnEngine newEngine(EngineOptions options) {
        return CudaEngine.owning(new EmulatorDevice(EmulatorOptions.defaults().multiprocessors(16).seed(++engines)
                .perturbed(true)), SequenceOptions.of(Strategy.C));
    }

    @Override
    public int oneProblemOf() {
        return 24;
    }
}
