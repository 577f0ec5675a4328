package dev.gateloom.cuda;

import dev.gateloom.device.Device;

/** An engine whose blocks give up waiting for each other at once, for tests of other packages. */
public final class ImpatientEngine {
    private ImpatientEngine() {
    }

    /** With strategy C, on a device that is closed with the engine. */
    public static CudaEngine owning(Device device) {
        return CudaEngine.owning(device, SequenceOptions.of(Strategy.C).polls(1));
    }
}
