package dev.gateloom.cuda;

import dev.gateloom.EngineOptions;
import dev.gateloom.RnnEngine;
import dev.gateloom.conformance.EngineConformance;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;

/**
 * The engine as the planner would have it, on the emulator with all its checks: what a user gets who asks for nothing. A sample, since
 * every strategy has its own: {@link EmulatorConformanceTest}, {@link SequenceAConformanceTest}, {@link SequenceCConformanceTest}.
 */
class PlannedConformanceTest extends EngineConformance {
    private long engines;

    PlannedConformanceTest() {
        super(CudaEngine.NAME);
    }

    @Override
    public RnnEngine newEngine(EngineOptions options) {
        return CudaEngine.owning(new EmulatorDevice(EmulatorOptions.defaults().multiprocessors(16).seed(++engines)
                .perturbed(true)));
    }

    @Override
    public int oneProblemOf() {
        return 40;
    }
}
