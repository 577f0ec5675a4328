package dev.gateloom.cuda;

import dev.gateloom.EngineOptions;
import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.cuda.planner.Exchange;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The suite with each strategy that is for 16 bits, wherever it fits, on an emulator of 16 multiprocessors with all its checks. */
@EnabledIfSystemProperty(named = "gateloom.exhaustive", matches = "true",
        disabledReason = "Runs with -Pexhaustive; TensorStrategyTest has a sample.")
class TensorSequenceConformanceTest {

    abstract static class Forced extends PrecisionConformance {
        private final SequenceOptions sequences;
        private long engines;

        Forced(Strategy strategy, Precision precision) {
            this(SequenceOptions.of(strategy).backward(Exchange.GATE_GRADIENTS), precision);
        }

        Forced(SequenceOptions sequences, Precision precision) {
            super(precision);
            this.sequences = sequences;
        }

        @Override
        public RnnEngine newEngine(EngineOptions options) {
            EmulatorOptions emulator = EmulatorOptions.defaults().architecture(sequences.strategy() == Strategy.B ? 90 : 80)
                    .multiprocessors(16).seed(++engines).perturbed(true);
            return CudaEngine.owning(new EmulatorDevice(emulator), precision(), sequences);
        }

        @Override
        public int oneProblemOf() {
            return 24;
        }
    }

    @Nested
    class Bf16OnOneBlock extends Forced {
        Bf16OnOneBlock() {
            super(Strategy.A, Precision.BF16);
        }
    }

    @Nested
    class Bf16OnClusters extends Forced {
        Bf16OnClusters() {
            super(Strategy.B, Precision.BF16);
        }
    }

    @Nested
    class Bf16OnAGrid extends Forced {
        Bf16OnAGrid() {
            super(Strategy.C, Precision.BF16);
        }
    }

    @Nested
    class Fp16OnOneBlock extends Forced {
        Fp16OnOneBlock() {
            super(Strategy.A, Precision.FP16);
        }
    }

    @Nested
    class Fp16OnClusters extends Forced {
        Fp16OnClusters() {
            super(Strategy.B, Precision.FP16);
        }
    }

    @Nested
    class Fp16OnAGrid extends Forced {
        Fp16OnAGrid() {
            super(Strategy.C, Precision.FP16);
        }
    }

    @Nested
    class Bf16ByPartialSums extends Forced {
        Bf16ByPartialSums() {
            super(SequenceOptions.of(Strategy.C).backward(Exchange.PARTIAL_SUMS), Precision.BF16);
        }
    }

    @Nested
    class Fp16ByPartialSums extends Forced {
        Fp16ByPartialSums() {
            super(SequenceOptions.of(Strategy.C).backward(Exchange.PARTIAL_SUMS), Precision.FP16);
        }
    }
}
