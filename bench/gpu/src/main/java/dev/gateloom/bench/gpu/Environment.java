package dev.gateloom.bench.gpu;

import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceProperties;
import dev.gateloom.machine.Machine;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where a run took place: what a reader needs to run it again. */
final class Environment {
    /** System property: the commit of the sources, with {@code -dirty} if they were changed. */
    static final String COMMIT = "gateloom.bench.commit";

    private Environment() {
    }

    /** Machine and commit. */
    static Map<String, String> ofMachine() {
        Map<String, String> lines = new LinkedHashMap<>(Machine.describe().lines());
        lines.put("commit", System.getProperty(COMMIT, "not known"));
        return lines;
    }

    /** The same and the device. */
    static Map<String, String> of(Device device) {
        Map<String, String> lines = ofMachine();
        DeviceProperties p = device.properties();
        lines.put("device", device.name());
        lines.put("multiprocessors", p.multiprocessors() + ", each with " + p.registersPerMultiprocessor() + " registers, "
                + p.sharedPerMultiprocessor() + " bytes of shared memory, " + p.sharedPerBlockOptin() + " for a block");
        lines.put("device memory", p.memory() + " bytes");
        lines.put("grids", (p.cooperative() ? "cooperative" : "not cooperative") + ", " + (p.clusters() ? "" : "no ") + "clusters");
        return lines;
    }
}
