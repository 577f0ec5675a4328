package dev.gateloom.cuda;

import dev.gateloom.EngineOptions;
import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The whole suite in each precision from the PTX that ships, with all checks. Each engine meets another schedule. */
@EnabledIfSystemProperty(named = "gateloom.exhaustive", matches = "true",
        disabledReason = "Runs with -Pexhaustive; EmulatedTrainingTest has a sample.")
class EmulatorPrecisionTest {

    abstract static class OnEmulator extends PrecisionConformance {
        private long engines;

        OnEmulator(Precision precision) {
            super(precision);
        }

        @Override
        public RnnEngine newEngine(EngineOptions options) {
            return CudaEngine.owning(Emulator.open(++engines), Strategy.D, precision());
        }
    }

    @Nested
    class Tf32 extends OnEmulator {
        Tf32() {
            super(Precision.TF32);
        }
    }

    @Nested
    class Bf16 extends OnEmulator {
        Bf16() {
            super(Precision.BF16);
        }
    }

    @Nested
    class Fp16 extends OnEmulator {
        Fp16() {
            super(Precision.FP16);
        }
    }
}
