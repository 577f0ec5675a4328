package dev.gateloom.cli;

import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceProvider;
import dev.gateloom.kernels.Kernels;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The devices that {@code --device} names. */
final class Devices {
    /** Executes the kernels on any machine. */
    static final String EMULATOR = "emulator";

    private Devices() {
    }

    /** Name, and why it is not ready and what mends that; empty if it is. */
    static Map<String, Optional<String>> obstacles() {
        Map<String, Optional<String>> obstacles = new LinkedHashMap<>();
        providers().forEach(provider -> obstacles.put(provider.name(), obstacle(provider)));
        return obstacles;
    }

    /** Checks a name without opening the device. */
    static DeviceProvider find(String name, CommandSpec command) {
        List<DeviceProvider> all = providers();
        DeviceProvider found = all.stream().filter(provider -> provider.name().equals(name)).findFirst()
                .orElseThrow(() -> new ParameterException(command.commandLine(), "--device: expected one of "
                        + all.stream().map(DeviceProvider::name).toList() + ", got " + name));
        obstacle(found).ifPresent(why -> {
            throw new ParameterException(command.commandLine(), "--device " + name + ": " + why);
        });
        return found;
    }

    /** Opens one. What is in the way becomes the command's error. */
    static Device open(String name, CommandSpec command) {
        DeviceProvider found = find(name, command);
        try {
            return found.open();
        } catch (DeviceException e) {
            throw new ParameterException(command.commandLine(), "--device " + name + ": " + e.getMessage());
        }
    }

    /** A device without kernels is of no use to us. */
    private static Optional<String> obstacle(DeviceProvider provider) {
        return Kernels.obstacle().or(provider::obstacle);
    }

    private static List<DeviceProvider> providers() {
        return ServiceLoader.load(DeviceProvider.class, Devices.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get).sorted(Comparator.comparing(DeviceProvider::name)).toList();
    }
}
