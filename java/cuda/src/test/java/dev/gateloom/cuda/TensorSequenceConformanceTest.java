package dev.gateloom.cuda;

import dev.gateloom.Precision;
import dev.gateloom.cuda.planner.Exchange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The suite with each strategy that is for 16 bits, wherever it fits. Exhaustively in both precisions. */
class TensorSequenceConformanceTest {
    private static final String REASON = "Runs with -Pexhaustive: one precision of each strategy is the sample.";

    @Nested
    class Bf16OnOneBlock extends ForcedConformance {
        Bf16OnOneBlock() {
            super(Strategy.A, Precision.BF16);
        }
    }

    @Nested
    @EnabledIfSystemProperty(named = "gateloom.exhaustive", matches = "true", disabledReason = REASON)
    class Bf16OnClusters extends ForcedConformance {
        Bf16OnClusters() {
            super(Strategy.B, Precision.BF16);
        }
    }

    @Nested
    @EnabledIfSystemProperty(named = "gateloom.exhaustive", matches = "true", disabledReason = REASON)
    class Bf16OnAGrid extends ForcedConformance {
        Bf16OnAGrid() {
            super(Strategy.C, Precision.BF16);
        }
    }

    @Nested
    @EnabledIfSystemProperty(named = "gateloom.exhaustive", matches = "true", disabledReason = REASON)
    class Fp16OnOneBlock extends ForcedConformance {
        Fp16OnOneBlock() {
            super(Strategy.A, Precision.FP16);
        }
    }

    @Nested
    class Fp16OnClusters extends ForcedConformance {
        Fp16OnClusters() {
            super(Strategy.B, Precision.FP16);
        }
    }

    @Nested
    class Fp16OnAGrid extends ForcedConformance {
        Fp16OnAGrid() {
            super(Strategy.C, Precision.FP16);
        }
    }

    @Nested
    @EnabledIfSystemProperty(named = "gateloom.exhaustive", matches = "true", disabledReason = REASON)
    class Bf16ByPartialSums extends ForcedConformance {
        Bf16ByPartialSums() {
            super(SequenceOptions.of(Strategy.C).backward(Exchange.PARTIAL_SUMS), Precision.BF16);
        }
    }

    @Nested
    @EnabledIfSystemProperty(named = "gateloom.exhaustive", matches = "true", disabledReason = REASON)
    class Fp16ByPartialSums extends ForcedConformance {
        Fp16ByPartialSums() {
            super(SequenceOptions.of(Strategy.C).backward(Exchange.PARTIAL_SUMS), Precision.FP16);
        }
    }
}
