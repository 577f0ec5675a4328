package dev.gateloom.reference;

import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnPlan;
import dev.gateloom.Shape;
import java.util.Random;

/**
 * The reference, but every gate, every tanh and every normalised value is a float, one unit in the last place beside
 * the nearest: what a good float32 function gives and what float32 code stores. Near saturation {@code 1 - t²} of such
 * a t has few digits left, and so has the gradient of a normalisation whose input has one degree of freedom.
 */
public final class RoundedActivations extends Activations {
    private final Random random;

    private RoundedActivations(Random random) {
        this.random = random;
    }

    /** A plan that computes so. */
    public static RnnPlan plan(RnnConfig config, Shape shape, Mode mode, Random random) {
        return new ReferencePlan(config, shape, mode, new RoundedActivations(random));
    }

    @Override
    double kept(double value) {
        float moved = random.nextBoolean() ? Math.nextUp((float) value) : Math.nextDown((float) value);
        return Math.abs(value) <= 1 ? Math.max(-1, Math.min(1, moved)) : moved;
    }
}
