package dev.gateloom.cuda.jcuda;

import dev.gateloom.EngineOptions;
import dev.gateloom.RnnEngine;
import dev.gateloom.cuda.CudaEngine;

/** The engine on a GPU as a user gets it. */
class JcudaConformanceTest extends PathConformance {

    @Override
    public RnnEngine newEngine(EngineOptions options) {
        return CudaEngine.owning(new JcudaProvider().open());
    }
}
