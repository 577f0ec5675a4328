package dev.gateloom.cuda;

import dev.gateloom.Precision;

/** The engine with strategy C, a resident grid, wherever it fits. */
class SequenceCConformanceTest extends ForcedConformance {
    SequenceCConformanceTest() {
        super(Strategy.C, Precision.FP32);
    }
}
