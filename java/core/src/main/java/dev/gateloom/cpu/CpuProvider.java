package dev.gateloom.cpu;

import dev.gateloom.EngineOptions;
import dev.gateloom.RnnEngine;
import dev.gateloom.spi.EngineProvider;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code cpu}: SIMD if it can be used, else scalar loops with one warning that names the flag. */
public final class CpuProvider implements EngineProvider {
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    /** For the ServiceLoader. */
    public CpuProvider() {
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public int priority() {
        return 10;
    }

    @Override
    public Optional<Obstacle> obstacle() {
        return Optional.empty();
    }

    @Override
    public RnnEngine create(EngineOptions options) {
        Optional<Obstacle> obstacle = VectorModule.obstacle();
        if (obstacle.isEmpty()) {
            return new CpuEngine(name(), VectorModule.kernels(), options);
        }
        if (WARNED.compareAndSet(false, true)) {
            System.getLogger("dev.gateloom").log(Level.WARNING, "engine cpu runs scalar loops, many times slower than SIMD: "
                    + "{0}. {1}", obstacle.get().reason(), obstacle.get().mend());
        }
        return new CpuEngine(name(), new ScalarKernels(), options);
    }
}
