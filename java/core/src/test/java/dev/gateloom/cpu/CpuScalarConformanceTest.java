package dev.gateloom.cpu;

import dev.gateloom.conformance.EngineConformance;
import org.junit.jupiter.api.Tag;

/** The plain loops; run again without the vector module. */
@Tag("scalar")
class CpuScalarConformanceTest extends EngineConformance {

    CpuScalarConformanceTest() {
        super("cpu-scalar");
    }
}
