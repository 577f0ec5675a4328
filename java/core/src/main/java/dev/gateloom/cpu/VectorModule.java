package dev.gateloom.cpu;

import dev.gateloom.spi.EngineProvider.Obstacle;
import java.util.Optional;

/**
 * Whether jdk.incubator.vector was enabled when the JVM started. Classes that use it are loaded only after this was
 * asked, so that the engine runs without it too.
 */
final class VectorModule {
    static final String NAME = "jdk.incubator.vector";
    static final String FLAG = "--add-modules " + NAME;

    private VectorModule() {
    }

    /** Empty if SIMD can be used. */
    static Optional<Obstacle> obstacle() {
        Optional<Module> module = ModuleLayer.boot().findModule(NAME);
        if (module.isEmpty()) {
            return Optional.of(new Obstacle("the module " + NAME + " is not enabled",
                    "Start Java with the flag " + FLAG));
        }
        VectorModule.class.getModule().addReads(module.get());
        return Optional.empty();
    }

    /** The SIMD kernels; only without an obstacle. */
    static Kernels kernels() {
        return new SimdKernels();
    }
}
