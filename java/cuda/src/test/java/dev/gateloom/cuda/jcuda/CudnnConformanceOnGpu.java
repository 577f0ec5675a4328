package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gateloom.Engines;
import dev.gateloom.conformance.EngineConformance;
import dev.gateloom.conformance.Unsupported;
import org.junit.jupiter.api.BeforeAll;

/** The suite through NVIDIA's own cuDNN on this machine's GPU, if there is one: {@code -Pgpu} alone selects it. */
class CudnnConformanceOnGpu extends EngineConformance {
    CudnnConformanceOnGpu() {
        super("cudnn");
    }

    /** Nobody needs cuDNN. */
    @BeforeAll
    static void isThere() {
        Engines.Info cudnn = Engines.list().stream().filter(engine -> engine.name().equals("cudnn")).findFirst().orElseThrow();
        assumeTrue(cudnn.ready(), cudnn.reason());
    }

    @Override
    public Unsupported unsupported() {
        return CudnnConformanceTest.gaps();
    }
}
