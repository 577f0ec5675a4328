package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.EngineOptions;
import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cuda.Products;
import dev.gateloom.cuda.Strategy;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The engine on a GPU as a user gets it who has cuBLAS: packing, rounding and scaling for a library. Without {@code -Pexhaustive}
 * that is {@link JcudaDeviceCallConformanceTest}, in fp32, and the products by themselves.
 */
@EnabledIfSystemProperty(named = "gateloom.exhaustive", matches = "true", disabledReason = "Runs with -Pexhaustive.")
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
            CudaEngine engine = CudaEngine.owning(new JcudaProvider().open(), Strategy.D, precision);
            assertEquals(Products.CUBLAS, engine.products());
            return engine;
        }
    }

    @Nested
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
    class Tf32 extends OnCublas {
        Tf32() {
            super(Precision.TF32);
        }
    }

    @Nested
    class Bf16 extends OnCublas {
        Bf16() {
            super(Precision.BF16);
        }
    }
}
