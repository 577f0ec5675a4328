package dev.gateloom.cuda;

import dev.gateloom.Precision;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The engine with strategy C, a resident grid, wherever it fits. */
@EnabledIfSystemProperty(named = "gateloom.exhaustive", matches = "true", disabledReason = "takes minutes; -Pexhaustive runs it")
class SequenceCConformanceTest extends ForcedConformance {
    SequenceCConformanceTest() {
        super(Strategy.C, Precision.FP32);
    }
}
