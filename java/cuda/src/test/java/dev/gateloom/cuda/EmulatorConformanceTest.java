package dev.gateloom.cuda;

import dev.gateloom.EngineOptions;
import dev.gateloom.RnnEngine;
import dev.gateloom.conformance.EngineConformance;
import dev.gateloom.conformance.Unsupported;

/** The engine from the PTX that ships, on the emulator with all its checks. */
class EmulatorConformanceTest extends EngineConformance {

    EmulatorConformanceTest() {
        super(CudaEngine.NAME);
    }

    @Override
    public RnnEngine newEngine(EngineOptions options) {
        return CudaEngine.owning(Emulator.open());
    }

    @Override
    public Unsupported unsupported() {
        return CudaGaps.TABLE;
    }
}
