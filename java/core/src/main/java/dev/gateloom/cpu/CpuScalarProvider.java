package dev.gateloom.cpu;

import dev.gateloom.EngineOptions;
import dev.gateloom.RnnEngine;
import dev.gateloom.spi.EngineProvider;
import java.util.Optional;

/** {@code cpu-scalar}: the fallback of {@code cpu}, by name. */
public final class CpuScalarProvider implements EngineProvider {

    /** For the ServiceLoader. */
    public CpuScalarProvider() {
    }

    @Override
    public String name() {
        return "cpu-scalar";
    }

    @Override
    public int priority() {
        return -2;
    }

    @Override
    public Optional<Obstacle> obstacle() {
        return Optional.empty();
    }

    @Override
    public RnnEngine create(EngineOptions options) {
        return new CpuEngine(name(), new ScalarKernels(), options);
    }
}
