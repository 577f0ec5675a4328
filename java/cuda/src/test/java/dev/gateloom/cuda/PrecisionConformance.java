package dev.gateloom.cuda;

import dev.gateloom.Precision;
import dev.gateloom.conformance.EngineConformance;

/** The suite in a precision. Tolerances follow from its digits, see {@code Conditioning}. */
abstract class PrecisionConformance extends EngineConformance {
    private final Precision precision;

    PrecisionConformance(Precision precision) {
        super(CudaEngine.NAME);
        this.precision = precision;
    }

    @Override
    public final Precision precision() {
        return precision;
    }

    @Override
    public int oneProblemOf() {
        return 8;
    }
}
