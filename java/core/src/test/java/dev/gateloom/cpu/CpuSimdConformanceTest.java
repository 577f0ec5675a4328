package dev.gateloom.cpu;

import dev.gateloom.conformance.EngineConformance;

/** The SIMD kernels, at whatever width this JVM uses. */
class CpuSimdConformanceTest extends EngineConformance {

    CpuSimdConformanceTest() {
        super("cpu-simd");
    }
}
