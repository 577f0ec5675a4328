package dev.gateloom.cuda;

import dev.gateloom.EngineOptions;
import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.device.DeviceProvider;
import dev.gateloom.kernels.Kernels;
import dev.gateloom.spi.EngineProvider;
import java.util.EnumSet;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;

/** {@code cuda}: the engine on the first NVIDIA GPU. It never runs on the emulator, see {@link CudaEngine#on}. */
public final class CudaProvider implements EngineProvider {
    /** Above every engine that runs on the CPU. */
    private static final int PRIORITY = 100;
    /** The kind of device that is a GPU. */
    private static final String DEVICE = "cuda";

    /** For the ServiceLoader. */
    public CudaProvider() {
    }

    @Override
    public String name() {
        return CudaEngine.NAME;
    }

    @Override
    public int priority() {
        return PRIORITY;
    }

    @Override
    public Optional<Obstacle> obstacle() {
        Optional<String> noKernels = Kernels.obstacle();
        if (noKernels.isPresent()) {
            return noKernels.map(CudaProvider::obstacle);
        }
        Optional<DeviceProvider> provider = provider();
        if (provider.isEmpty()) {
            return Optional.of(new Obstacle("there is no device provider of the name " + DEVICE,
                    "Put the gateloom-cuda jar on the path, unshaded, or use engine cpu"));
        }
        return provider.get().obstacle().map(CudaProvider::obstacle);
    }

    @Override
    public Set<Precision> precisions() {
        return EnumSet.allOf(Precision.class);
    }

    @Override
    public RnnEngine create(EngineOptions options) {
        return CudaEngine.owning(provider().orElseThrow().open(), options.precision());
    }

    private static Obstacle obstacle(String reasonAndMend) {
        return new Obstacle(reasonAndMend, "Engine cpu needs no GPU");
    }

    private static Optional<DeviceProvider> provider() {
        return ServiceLoader.load(DeviceProvider.class, CudaProvider.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals(DEVICE))
                .findFirst();
    }
}
