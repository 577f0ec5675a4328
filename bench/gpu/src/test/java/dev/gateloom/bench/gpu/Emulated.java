package dev.gateloom.bench.gpu;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gateloom.device.Device;
import dev.gateloom.kernels.Kernels;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;

/** The emulator, with all its checks. */
final class Emulated {
    private Emulated() {
    }

    static Device open() {
        requireKernels();
        return new EmulatorDevice(EmulatorOptions.defaults());
    }

    static void requireKernels() {
        assumeTrue(Kernels.obstacle().isEmpty(), "the kernels are not built on this platform");
    }
}
