package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.EngineOptions;
import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cuda.Products;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The engine on a GPU as a user gets it who has cuBLAS: packing, rounding and scaling for a library. In fp32 without
 * {@code -Pexhaustive} that is {@link JcudaDeviceCallConformanceTest}.
 */
class CublasConformanceTest {

    abstract static class OnCublas extends PathConformance {
        private final Precision precision;

        OnCublas(Precision precision) {
            this.precision = precision;
        }

        @Override
        public Precision precision() {
            return precision;
        }

        @Override
        public int oneProblemOf() {
            return 60;
        }

        @Override
        public RnnEngine newEngine(EngineOptions options) {
            CudaEngine engine = CudaEngine.owning(new JcudaProvider().open(), precision);
            assertEquals(Products.CUBLAS, engine.products());
            return engine;
        }
    }

    @Nested
    @EnabledIfSystemProperty(named = "gateloom.exhaustive", matches = "true", disabledReason = "Runs with -Pexhaustive.")
    class Fp32 extends OnCublas {
        Fp32() {
            super(Precision.FP32);
        }
    }

    @Nested
    class Fp16 extends OnCublas {
        Fp16() {
            super(Precision.FP16);
        }
    }

    @Nested
    @EnabledIfSystemProperty(named = "gateloom.exhaustive", matches = "true", disabledReason = "Runs with -Pexhaustive.")
    class Tf32 extends OnCublas {
        Tf32() {
            super(Precision.TF32);
        }
    }

    @Nested
    @EnabledIfSystemProperty(named = "gateloom.exhaustive", matches = "true", disabledReason = "Runs with -Pexhaustive.")
    class Bf16 extends OnCublas {
        Bf16() {
            super(Precision.BF16);
        }
    }
}
