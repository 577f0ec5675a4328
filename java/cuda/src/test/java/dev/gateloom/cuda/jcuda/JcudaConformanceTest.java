package dev.gateloom.cuda.jcuda;

import dev.gateloom.EngineOptions;
import dev.gateloom.RnnEngine;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cuda.Products;

/** The engine on a GPU as a user gets it who has no cuBLAS. */
class JcudaConformanceTest extends PathConformance {

    @Override
    public RnnEngine newEngine(EngineOptions options) {
        return CudaEngine.owning(new JcudaProvider().open()).use(Products.OWN);
    }
}
