package dev.gateloom.cuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceProvider;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import java.util.ServiceLoader;

/** The PTX emulator, with all its checks. */
final class Emulator {
    private Emulator() {
    }

    /** As a user's program finds it. */
    static Device open() {
        return ServiceLoader.load(DeviceProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals("emulator"))
                .findFirst().orElseThrow(() -> new IllegalStateException("no emulator on the class path"))
                .open();
    }

    /** With another order of all that hardware leaves open, and approximate instructions that err as much as they may. */
    static Device open(long seed) {
        return new EmulatorDevice(EmulatorOptions.defaults().seed(seed).perturbed(true));
    }
}
