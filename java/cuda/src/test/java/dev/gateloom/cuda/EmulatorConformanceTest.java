package dev.gateloom.cuda;

import dev.gateloom.EngineOptions;
import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.conformance.EngineConformance;

/**
 * The engine from the PTX that ships, on the emulator with all its checks. Each engine meets another schedule. Strategy D, which
 * runs everything; {@link PlannedConformanceTest} lets the planner choose.
 */
class EmulatorConformanceTest extends EngineConformance {
    private long engines;

    EmulatorConformanceTest() {
        super(CudaEngine.NAME);
    }

    @Override
    public RnnEngine newEngine(EngineOptions options) {
        return CudaEngine.owning(Emulator.open(++engines), Strategy.D, Precision.FP32);
    }

    @Override
    public int oneProblemOf() {
        return 8;
    }
}
