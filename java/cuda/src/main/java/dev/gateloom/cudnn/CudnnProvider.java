package dev.gateloom.cudnn;

import dev.gateloom.EngineOptions;
import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.cuda.CudaProvider;
import dev.gateloom.cuda.jcuda.Gpus;
import dev.gateloom.cuda.jcuda.JcudaDevice;
import dev.gateloom.cuda.jcuda.JcudaProvider;
import dev.gateloom.cuda.libraries.CudaLibraries;
import dev.gateloom.cuda.libraries.Library;
import dev.gateloom.device.DeviceException;
import dev.gateloom.spi.EngineProvider;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** {@code cudnn}: NVIDIA's recurrent networks on the first GPU, with the algorithm that takes every stack. */
public final class CudnnProvider implements EngineProvider {
    /** Below engine {@code cuda}, which has every option. */
    private static final int PRIORITY = 50;

    /** For the ServiceLoader. */
    public CudnnProvider() {
    }

    @Override
    public String name() {
        return CudnnEngine.NAME;
    }

    @Override
    public int priority() {
        return PRIORITY;
    }

    /**
     * A GPU and our kernels, which bring tensors to cuDNN, are looked for first: then JCudnn is not touched in vain. Last a handle is
     * made, since a cuDNN for a newer CUDA than the driver's loads and says its version, and that is all that it does.
     */
    @Override
    public Optional<Obstacle> obstacle() {
        Optional<Obstacle> noGpu = new CudaProvider().obstacle();
        if (noGpu.isPresent()) {
            return noGpu;
        }
        int capability = Gpus.list().get(0).properties().computeCapability();
        return CudaLibraries.cudnnObstacle(capability).or(CudnnProvider::startObstacle)
                .map(reason -> new Obstacle(reason, CudnnEngine.MEND));
    }

    private static Optional<String> startObstacle() {
        try (JcudaDevice device = JcudaDevice.open(0)) {
            new Cudnn(device, 0).close();
            return Optional.empty();
        } catch (DeviceException e) {
            if (e.isOutOfMemory()) {
                return Optional.empty();        // says nothing of cuDNN: who makes a plan is told
            }
            Library cudnn = CudaLibraries.cudnn();
            return Optional.of("cuDNN " + cudnn.version() + ", " + cudnn.path() + ", does not start: " + e.getMessage()
                    + "; if it is for a newer CUDA than the driver's, update the driver, or install the cuDNN for CUDA 12, "
                    + "which NVIDIA's package cudnn9-cuda-12 has");
        }
    }

    @Override
    public Set<Precision> precisions() {
        return EnumSet.allOf(Precision.class);
    }

    @Override
    public RnnEngine create(EngineOptions options) {
        return CudnnEngine.owning(new JcudaProvider().open(), CudnnAlgorithm.STANDARD, options.precision());
    }
}
