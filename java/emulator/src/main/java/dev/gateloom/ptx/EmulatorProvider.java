package dev.gateloom.ptx;

import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceProvider;
import java.util.Optional;

/** Opens emulated devices; they need nothing. System properties {@code gateloom.emulator.architecture} and {@code .seed} change the defaults. */
public final class EmulatorProvider implements DeviceProvider {

    /** For the service loader. */
    public EmulatorProvider() {
    }

    @Override
    public String name() {
        return "emulator";
    }

    @Override
    public Optional<String> obstacle() {
        return Optional.empty();
    }

    @Override
    public Device open() {
        EmulatorOptions options = EmulatorOptions.defaults();
        return new EmulatorDevice(options
                .architecture(Integer.getInteger("gateloom.emulator.architecture", options.architecture()))
                .seed(Long.getLong("gateloom.emulator.seed", options.seed())));
    }
}
