package dev.gateloom.machine;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A machine made of text. */
final class FakeHost implements Host {
    final Map<String, String> properties = new HashMap<>();
    final Map<String, String> environment = new HashMap<>();
    final Map<String, String> files = new HashMap<>();
    /** By the name of the program. */
    final Map<String, String> commands = new HashMap<>();

    FakeHost(String system) {
        properties.put("os.name", system);
        properties.put("os.arch", "riscv64");
        properties.put("os.version", "1.2");
    }

    @Override
    public String property(String name) {
        return properties.getOrDefault(name, "");
    }

    @Override
    public String environment(String name) {
        return environment.getOrDefault(name, "");
    }

    @Override
    public boolean exists(String file) {
        return files.containsKey(file);
    }

    @Override
    public Optional<String> read(String file) {
        return Optional.ofNullable(files.get(file));
    }

    @Override
    public Optional<String> run(String... command) {
        return Optional.ofNullable(commands.get(command[0]));
    }
}
