package dev.gateloom.cuda;

import dev.gateloom.EngineOptions;
import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.cuda.model.ModelDevice;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Packing, rounding and scaling in each precision, above kernels that do in plain Java what their headers say. fp16 has all of
 * them; the others run with {@code -Pexhaustive}, and {@link EmulatedTrainingTest} has samples of all three.
 */
class ModelPrecisionTest {

    abstract static class OnModel extends PrecisionConformance {

        OnModel(Precision precision) {
            super(precision);
        }

        @Override
        public RnnEngine newEngine(EngineOptions options) {
            return CudaEngine.owning(new ModelDevice(), Strategy.D, precision());
        }
    }

    @Nested
    @EnabledIfSystemProperty(named = "gateloom.exhaustive", matches = "true", disabledReason = "Runs with -Pexhaustive.")
    class Tf32 extends OnModel {
        Tf32() {
            super(Precision.TF32);
        }
    }

    @Nested
    @EnabledIfSystemProperty(named = "gateloom.exhaustive", matches = "true", disabledReason = "Runs with -Pexhaustive.")
    class Bf16 extends OnModel {
        Bf16() {
            super(Precision.BF16);
        }
    }

    @Nested
    class Fp16 extends OnModel {
        Fp16() {
            super(Precision.FP16);
        }
    }
}
