package dev.gateloom;

import java.util.Optional;

/**
 * Computes recurrent stacks. All engines give the same results within the tolerances of their arithmetic; the same
 * engine on the same machine gives the same bits at every call. May be used from several threads.
 */
public interface RnnEngine extends AutoCloseable {

    /**
     * The name that {@link Engines#get} takes.
     *
     * @return for example {@code cpu-simd}
     */
    String name();

    /**
     * What it runs on, in one line.
     *
     * @return for example {@code Java SIMD, 512 bits, 2 threads}
     */
    String description();

    /**
     * What stands in the way of a plan.
     *
     * @param config the stack
     * @param mode whether backward is needed
     * @return the option that this engine lacks; empty if a plan can be made
     */
    Optional<String> unsupported(RnnConfig config, Mode mode);

    /**
     * Makes workspace and reserve.
     *
     * @param config the stack
     * @param shape the largest batch of sequences
     * @param mode whether backward is needed
     * @return the plan
     * @throws UnsupportedOperationException with the reason, if {@link #unsupported} gives one
     */
    RnnPlan plan(RnnConfig config, Shape shape, Mode mode);

    /** Ends the engine's threads. Its plans must not be used any more. */
    @Override
    void close();
}
