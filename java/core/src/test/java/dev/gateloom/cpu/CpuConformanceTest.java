package dev.gateloom.cpu;

import dev.gateloom.conformance.EngineConformance;
import org.junit.jupiter.api.Tag;

/** The automatic choice; run again without the vector module, where it falls back to the plain loops. */
@Tag("scalar")
class CpuConformanceTest extends EngineConformance {

    CpuConformanceTest() {
        super("cpu");
    }
}
