package dev.gateloom.spi;

import dev.gateloom.EngineOptions;
import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import java.util.Optional;
import java.util.Set;

/** Offers one engine; found by {@link java.util.ServiceLoader}. Must not fail or load native code before it is asked. */
public interface EngineProvider {

    /**
     * The engine's name.
     *
     * @return for example {@code cpu}
     */
    String name();

    /**
     * Rank in the automatic choice; the highest that can run is chosen.
     *
     * @return negative if it is never chosen automatically
     */
    int priority();

    /**
     * What stands in the way here.
     *
     * @return empty if the engine can run
     */
    Optional<Obstacle> obstacle();

    /**
     * The precisions that the engine's code has. A device may lack one of them, see {@link RnnEngine#unsupported}.
     *
     * @return at least one
     */
    default Set<Precision> precisions() {
        return Set.of(Precision.FP32);
    }

    /**
     * Makes the engine.
     *
     * @param options threads, and one of {@link #precisions}
     * @return the engine
     */
    RnnEngine create(EngineOptions options);

    /**
     * Why an engine cannot run.
     *
     * @param reason what is missing
     * @param mend what to do about it
     */
    record Obstacle(String reason, String mend) {
    }
}
