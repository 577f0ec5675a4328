package dev.gateloom.bench.gpu;

import dev.gateloom.CellType;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Contender;
import dev.gateloom.bench.Kind;
import dev.gateloom.bench.Problem;
import dev.gateloom.device.DeviceException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * No LSTM fits into its memory: forward not into the device's, training not into the host's; a single step it gets wrong. For a GRU
 * another process has the device, and training waits for ever.
 */
public final class TooLarge implements Contender {
    static final String NAME = "too large";

    /** For the ServiceLoader. */
    public TooLarge() {
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<String> obstacle(Case c) {
        return Optional.empty();
    }

    @Override
    public Session open(Problem problem) {
        if (problem.of().cell() == CellType.GRU) {
            while (problem.of().kind() == Kind.TRAINING) {
                LockSupport.park();
            }
            throw new DeviceException("cuDevicePrimaryCtxRetain", 46, "CUDA_ERROR_DEVICE_UNAVAILABLE", "");
        }
        if (problem.of().kind() == Kind.FORWARD) {
            throw DeviceException.outOfMemory("cuMemAlloc", 99, "90 bytes for weights\n  9 bytes for x");
        }
        if (problem.of().kind() == Kind.TRAINING) {
            throw new OutOfMemoryError("Java heap space");
        }
        throw new IllegalStateException("it computes nothing");
    }
}
