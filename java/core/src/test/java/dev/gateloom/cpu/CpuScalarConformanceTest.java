package dev.gateloom.cpu;

import dev.gateloom.conformance.EngineConformance;

/** The scalar kernels pass the suite. */
class CpuScalarConformanceTest extends EngineConformance {

    CpuScalarConformanceTest() {
        super("cpu-scalar");
    }
}
