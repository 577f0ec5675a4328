package dev.gateloom.reference;

import dev.gateloom.RnnEngine;

/** The reference with its activated gates rounded to float32, as every float32 engine keeps them. */
public final class FloatGates {

    private FloatGates() {
    }

    /** A new engine. */
    public static RnnEngine engine() {
        return new ReferenceEngine(new Activations(v -> (float) v));
    }
}
