package dev.gateloom.reference;

import dev.gateloom.conformance.EngineConformance;

/** The oracle passes the suite that it serves, and agrees with PyTorch to the rounding of the stored values. */
class ReferenceConformanceTest extends EngineConformance {

    ReferenceConformanceTest() {
        super(ReferenceEngine.NAME);
    }

    @Override
    public double goldenTolerance(double rtol) {
        return 1e-7;
    }
}
