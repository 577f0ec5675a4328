package dev.gateloom.cudnn;

import dev.gateloom.EngineOptions;
import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.cuda.CudaProvider;
import dev.gateloom.cuda.jcuda.JcudaProvider;
import dev.gateloom.cuda.libraries.CudaLibraries;
import dev.gateloom.cuda.libraries.Library;
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

    /** A GPU and our kernels, which bring tensors to cuDNN, are looked for first: then JCudnn is not touched in vain. */
    @Override
    public Optional<Obstacle> obstacle() {
        Optional<Obstacle> noGpu = new CudaProvider().obstacle();
        if (noGpu.isPresent()) {
            return noGpu;
        }
        Library library = CudaLibraries.cudnn();
        return library.loaded() ? Optional.empty() : Optional.of(new Obstacle(library.reason(), library.mend()));
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
