package dev.gateloom.cuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceProvider;
import java.util.ServiceLoader;

/** The PTX emulator, found as a user's program finds it. */
final class Emulator {
    private Emulator() {
    }

    static Device open() {
        return ServiceLoader.load(DeviceProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals("emulator"))
                .findFirst().orElseThrow(() -> new IllegalStateException("no emulator on the class path"))
                .open();
    }
}
