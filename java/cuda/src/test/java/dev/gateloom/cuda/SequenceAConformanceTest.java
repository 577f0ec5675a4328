package dev.gateloom.cuda;

import dev.gateloom.Precision;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The engine with strategy A, one block for each tile, wherever it fits. */
@EnabledIfSystemProperty(named = "gateloom.exhaustive", matches = "true", disabledReason = "takes minutes; -Pexhaustive runs it")
class SequenceAConformanceTest extends ForcedConformance {
    SequenceAConformanceTest() {
        super(Strategy.A, Precision.FP32);
    }
}
