package dev.gateloom.cuda.jcuda;

import dev.gateloom.Engines;
import dev.gateloom.conformance.EngineConformance;
import org.junit.jupiter.api.BeforeAll;

/** The suite on this machine's GPU, with NVIDIA's driver: {@code -Pgpu} alone selects it. */
class CudaConformanceOnGpu extends EngineConformance {
    CudaConformanceOnGpu() {
        super("cuda");
    }

    /** Else this fails, once, with the reason. */
    @BeforeAll
    static void isThere() {
        Engines.get("cuda").close();
    }
}
