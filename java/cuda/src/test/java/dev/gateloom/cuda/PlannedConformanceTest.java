package dev.gateloom.cuda;

import dev.gateloom.EngineOptions;
import dev.gateloom.RnnEngine;
import dev.gateloom.conformance.EngineConformance;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;

/**
 * The engine as the planner would have it, on the emulator with all its checks: what a user gets who asks for nothing, in fp32 and
 * without clusters. A sample: {@link EmulatorConformanceTest} is the suite on strategy D, {@link ForcedConformance} on the others.
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
