package dev.gateloom.cpu;

import dev.gateloom.conformance.EngineConformance;

/** The SIMD kernels pass the suite. */
class CpuSimdConformanceTest extends EngineConformance {

    CpuSimdConformanceTest() {
        super("cpu-simd");
    }
}
