package dev.gateloom.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gateloom.cuda.jcuda.Gpus;
import dev.gateloom.device.DeviceProperties;
import dev.gateloom.machine.Machine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An inventory as one JSON object. What is not known or not there is null. */
public final class InfoJson {
    private InfoJson() {
    }

    /**
     * What {@code java/gateloom info --json} prints here.
     *
     * @return the object
     */
    public static String ofThisMachine() {
        return of(Inventory.take(), Optional.empty());
    }

    /**
     * The object.
     *
     * @param opened name and limits of the device that was asked for; empty if none was
     */
    static String of(Inventory inventory, Optional<Inventory.Opened> opened) {
        Map<String, Object> top = new LinkedHashMap<>();
        Machine machine = inventory.machine();
        top.put("machine", object("cpu", machine.cpu(), "cores", machine.cores(), "simd", machine.simd(), "java", machine.java(),
                "system", machine.system(), "gpu", machine.gpu()));
        top.put("driver", object("ready", inventory.noDriver().isEmpty(), "version", machine.driver().orElse(null), "cuda", text(inventory.cuda()),
                "reason", inventory.noDriver().orElse(null)));
        List<Object> gpus = new ArrayList<>();
        for (Inventory.Graphics graphics : inventory.gpus()) {
            Gpus.Gpu gpu = graphics.gpu();
            Map<String, Object> members = object("ordinal", gpu.ordinal(), "name", gpu.name());
            members.putAll(limits(gpu.properties()));
            members.put("ready", gpu.obstacle().isEmpty());
            members.put("obstacles", graphics.obstacles());
            gpus.add(members);
        }
        top.put("gpus", gpus);
        List<Object> libraries = new ArrayList<>();
        inventory.libraries().forEach((name, library) -> libraries.add(object("name", name, "ready", library.loaded(),
                "version", text(library.version()), "path", text(library.path()), "reason", text(library.reason()),
                "mend", text(library.mend()), "no_compiler", text(library.noCompiler()), "passed_over", text(library.passedOver()))));
        top.put("libraries", libraries);
        List<Object> engines = new ArrayList<>();
        inventory.engines().forEach(engine -> engines.add(object("name", engine.name(), "ready", engine.ready(),
                "reason", text(engine.reason()), "mend", text(engine.mend()))));
        top.put("engines", engines);
        List<Object> devices = new ArrayList<>();
        inventory.devices().forEach((name, obstacle) ->
                devices.add(object("name", name, "ready", obstacle.isEmpty(), "reason", obstacle.orElse(null))));
        top.put("devices", devices);
        opened.ifPresent(device -> {
            Map<String, Object> members = object("name", device.name());
            members.putAll(limits(device.limits()));
            members.put("engine", device.engine());
            top.put("device", members);
        });
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(top);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> limits(DeviceProperties limits) {
        return object("compute_capability", limits.computeCapability() / 10 + "." + limits.computeCapability() % 10,
                "multiprocessors", limits.multiprocessors(), "memory_bytes", limits.memory(), "l2_bytes", limits.l2(),
                "shared_bytes_per_block", limits.sharedPerBlock(), "shared_bytes_per_block_optin", limits.sharedPerBlockOptin(),
                "shared_bytes_per_multiprocessor", limits.sharedPerMultiprocessor(),
                "registers_per_multiprocessor", limits.registersPerMultiprocessor(),
                "threads_per_multiprocessor", limits.threadsPerMultiprocessor(),
                "blocks_per_multiprocessor", limits.blocksPerMultiprocessor(),
                "cooperative", limits.cooperative(), "clusters", limits.clusters());
    }

    private static String text(String value) {
        return value == null || value.isEmpty() ? null : value;
    }

    /** Names and values in turn. */
    private static Map<String, Object> object(Object... members) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            object.put((String) members[i], members[i + 1]);
        }
        return object;
    }
}
