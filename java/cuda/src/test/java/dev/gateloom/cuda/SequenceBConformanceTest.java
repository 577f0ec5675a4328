package dev.gateloom.cuda;

import dev.gateloom.Precision;

/** The engine with strategy B, a cluster of blocks for each tile, wherever it fits. */
class SequenceBConformanceTest extends ForcedConformance {
    SequenceBConformanceTest() {
        super(Strategy.B, Precision.FP32);
    }
}
