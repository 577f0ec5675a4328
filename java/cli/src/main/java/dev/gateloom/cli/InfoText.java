package dev.gateloom.cli;

import dev.gateloom.Engines;
import dev.gateloom.cuda.jcuda.Gpus;
import dev.gateloom.cuda.libraries.Library;
import dev.gateloom.cuda.planner.Gpu;
import dev.gateloom.device.DeviceProperties;
import dev.gateloom.profile.Explanation;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** An inventory as lines for people. */
final class InfoText {
    private static final double GIB = 1L << 30;

    private InfoText() {
    }

    static void print(PrintWriter out, Inventory inventory) {
        table(out, "", inventory.machine().lines());
        out.printf("%nNVIDIA driver, GPUs and libraries:%n");
        table(out, "  ", nvidia(inventory));
        out.printf("%nEngines, the best first:%n");
        Map<String, String> engines = new LinkedHashMap<>();
        for (Engines.Info e : inventory.engines()) {
            engines.put(e.name(), e.ready() ? "ready" : "not ready: " + once(inventory, e.reason()) + ". " + e.mend());
        }
        table(out, "  ", engines);
        out.printf("%nDevices that the engine cuda runs on, by --device:%n");
        Map<String, String> devices = new LinkedHashMap<>();
        inventory.devices().forEach((name, obstacle) ->
                devices.put(name, obstacle.map(why -> "not ready: " + once(inventory, why)).orElse("ready")));
        table(out, "  ", devices);
    }

    /** What is in the way of the driver stands there, and is in the way of others too. */
    private static String once(Inventory inventory, String reason) {
        return inventory.noDriver().map(why -> reason.replace(why, "needs the driver, see above")).orElse(reason);
    }

    private static Map<String, String> nvidia(Inventory inventory) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("driver", inventory.noDriver().map(why -> "not ready: " + why).orElse("knows CUDA " + inventory.cuda()));
        for (Inventory.Graphics graphics : inventory.gpus()) {
            Gpus.Gpu gpu = graphics.gpu();
            DeviceProperties limits = gpu.properties();
            StringBuilder line = new StringBuilder(String.format(Locale.ROOT,
                    "%s (sm_%d), %d multiprocessors, %.1f GiB, %d bytes of shared memory for a block that asks%s", gpu.name(),
                    limits.computeCapability(), limits.multiprocessors(), limits.memory() / GIB, limits.sharedPerBlockOptin(),
                    limits.clusters() ? ", clusters" : ""));
            graphics.obstacles().forEach(obstacle -> line.append(". ").append(obstacle));
            lines.put("GPU " + gpu.ordinal(), line.toString());
        }
        inventory.libraries().forEach((name, library) -> lines.put(name, describe(library)));
        return lines;
    }

    private static String describe(Library library) {
        return library.loaded() ? library.version() + ", " + library.path()
                + (library.noCompiler().isEmpty() ? "" : "; without algorithm PERSIST_DYNAMIC: " + library.noCompiler())
                + (library.passedOver().isEmpty() ? "" : "; passed over: " + library.passedOver())
                : "not ready: " + library.reason() + "; " + library.mend();
    }

    private static void table(PrintWriter out, String indent, Map<String, String> lines) {
        int width = lines.keySet().stream().mapToInt(String::length).max().orElse(1);
        lines.forEach((label, text) -> out.printf("%s%-" + width + "s  %s%n", indent, label, text));
    }

    /** A device that was opened. */
    static void print(PrintWriter out, Inventory.Opened device) {
        DeviceProperties limits = device.limits();
        out.printf("%n%s%n", device.name());
        out.printf("  multiprocessors  %d, each with %d threads in at most %d blocks, %d registers, %d bytes of shared memory%n",
                limits.multiprocessors(), limits.threadsPerMultiprocessor(), limits.blocksPerMultiprocessor(),
                limits.registersPerMultiprocessor(), limits.sharedPerMultiprocessor());
        out.printf("  a block          %d bytes of shared memory, %d if its kernel asks%n", limits.sharedPerBlock(),
                limits.sharedPerBlockOptin());
        out.printf("  memory           %d bytes%n", limits.memory());
        out.printf("  cooperative      %s%n  clusters         %s%n", limits.cooperative() ? "yes" : "no",
                limits.clusters() ? "yes" : "no");
        out.printf("  strategies       %s (gateloom profile --explain says why)%n",
                Explanation.strategies(Gpu.of(device.name(), limits)));
        out.printf("  engine cuda      %s%n", device.engine());
    }
}
