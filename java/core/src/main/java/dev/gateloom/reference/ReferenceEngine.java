package dev.gateloom.reference;

import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.Shape;
import java.util.Optional;

/**
 * The engine {@code reference}: what the other engines are held against. Every option of {@link RnnConfig}, forward
 * and backward, in double precision on the calling thread; only results are rounded to float. Unlike other engines it
 * allocates at every call.
 */
public final class ReferenceEngine implements RnnEngine {
    /** The name that {@link dev.gateloom.Engines#get} takes. */
    public static final String NAME = "reference";

    /** An engine without any state. */
    public ReferenceEngine() {
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "plain Java loops, double precision, 1 thread";
    }

    @Override
    public Optional<String> unsupported(RnnConfig config, Mode mode) {
        return Optional.empty();
    }

    @Override
    public RnnPlan plan(RnnConfig config, Shape shape, Mode mode) {
        return new ReferencePlan(config, shape, mode, Activations.EXACT);
    }

    @Override
    public void close() {
        // no threads
    }
}
