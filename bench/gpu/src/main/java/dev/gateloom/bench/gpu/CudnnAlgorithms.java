package dev.gateloom.bench.gpu;

import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.cudnn.CudnnAlgorithm;
import dev.gateloom.cudnn.CudnnEngine;
import dev.gateloom.cudnn.CudnnProvider;
import dev.gateloom.device.Device;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** All of cuDNN's. */
final class CudnnAlgorithms implements Algorithms {

    @Override
    public String engine() {
        return Entrants.BASELINE;
    }

    @Override
    public List<String> names() {
        return Arrays.stream(CudnnAlgorithm.values()).map(Enum::name).toList();
    }

    @Override
    public boolean mayRefuse(String name) {
        return !name.equals(CudnnAlgorithm.STANDARD.name());
    }

    @Override
    public Set<Precision> precisions() {
        return new CudnnProvider().precisions();
    }

    @Override
    public RnnEngine open(Device device, String algorithm, Precision precision) {
        return CudnnEngine.on(device, CudnnAlgorithm.valueOf(algorithm), precision);
    }

    @Override
    public Optional<String> obstacle() {
        return new CudnnProvider().obstacle().map(o -> o.reason() + "; " + o.mend());
    }
}
