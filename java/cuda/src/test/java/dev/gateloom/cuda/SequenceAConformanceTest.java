package dev.gateloom.cuda;

import dev.gateloom.Precision;

/** The engine with strategy A, one block for each tile, wherever it fits. */
class SequenceAConformanceTest extends ForcedConformance {
    SequenceAConformanceTest() {
        super(Strategy.A, Precision.FP32);
    }
}
