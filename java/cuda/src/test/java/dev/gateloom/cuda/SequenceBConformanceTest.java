package dev.gateloom.cuda;

import dev.gateloom.Precision;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The engine with strategy B, a cluster of blocks for each tile, wherever it fits. */
@EnabledIfSystemProperty(named = "gateloom.exhaustive", matches = "true", disabledReason = "takes minutes; -Pexhaustive runs it")
class SequenceBConformanceTest extends ForcedConformance {
    SequenceBConformanceTest() {
        super(Strategy.B, Precision.FP32);
    }
}
