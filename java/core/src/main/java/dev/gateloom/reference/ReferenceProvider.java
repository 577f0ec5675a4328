package dev.gateloom.reference;

import dev.gateloom.EngineOptions;
import dev.gateloom.RnnEngine;
import dev.gateloom.spi.EngineProvider;
import java.util.Optional;

/** Offers {@link ReferenceEngine}. It runs everywhere and is never chosen automatically. */
public final class ReferenceProvider implements EngineProvider {

    /** For {@link java.util.ServiceLoader}. */
    public ReferenceProvider() {
    }

    @Override
    public String name() {
        return ReferenceEngine.NAME;
    }

    @Override
    public int priority() {
        return -10;
    }

    @Override
    public Optional<Obstacle> obstacle() {
        return Optional.empty();
    }

    @Override
    public RnnEngine create(EngineOptions options) {
        return new ReferenceEngine();
    }
}
