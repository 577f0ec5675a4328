package dev.gateloom.cpu;

import dev.gateloom.EngineOptions;
import dev.gateloom.RnnEngine;
import dev.gateloom.spi.EngineProvider;
import java.util.Optional;

/** {@code cpu-simd}: SIMD, or a refusal that names the flag. */
public final class CpuSimdProvider implements EngineProvider {

    /** For the ServiceLoader. */
    public CpuSimdProvider() {
    }

    @Override
    public String name() {
        return "cpu-simd";
    }

    @Override
    public int priority() {
        return -1;
    }

    @Override
    public Optional<Obstacle> obstacle() {
        return VectorModule.obstacle();
    }

    @Override
    public RnnEngine create(EngineOptions options) {
        return new CpuEngine(name(), VectorModule.kernels(), options);
    }
}
