package dev.gateloom.reference;

import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnPlan;
import dev.gateloom.Shape;

/**
 * The reference, but every gate and every tanh is rounded to float, as float32 code must store them. Near saturation
 * {@code 1 - t²} of a rounded t has few digits left, whatever the rest of the arithmetic.
 */
public final class RoundedActivations extends Activations {

    private RoundedActivations() {
    }

    /** A plan that computes so. */
    public static RnnPlan plan(RnnConfig config, Shape shape, Mode mode) {
        return new ReferencePlan(config, shape, mode, new RoundedActivations());
    }

    @Override
    double sigmoid(double a) {
        return (float) super.sigmoid(a);
    }

    @Override
    double tanh(double a) {
        return (float) super.tanh(a);
    }
}
