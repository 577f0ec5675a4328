package dev.gateloom.cli;

import dev.gateloom.Engines;
import dev.gateloom.cuda.planner.Gpu;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceProperties;
import dev.gateloom.machine.Machine;
import dev.gateloom.profile.Explanation;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What machine this is and what can run on it. */
@Command(name = "info",
        description = "Shows this machine (CPU, SIMD width, JDK, GPU), every engine and every device: "
                + "ready, or why not and what to do.")
final class InfoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--device", paramLabel = "NAME",
            description = "Opens this device, \"emulator\" or \"cuda\" for a GPU, and shows its limits too.")
    private String deviceName;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        for (Map.Entry<String, String> line : Machine.describe().lines().entrySet()) {
            out.printf("%-8s %s%n", line.getKey(), line.getValue());
        }
        out.printf("%nEngines, the best first:%n");
        List<Engines.Info> engines = Engines.list();
        int width = engines.stream().mapToInt(e -> e.name().length()).max().orElse(1);
        for (Engines.Info e : engines) {
            out.printf("  %-" + width + "s  %s%n", e.name(),
                    e.ready() ? "ready" : "not ready: " + e.reason() + ". " + e.mend());
        }
        out.printf("%nDevices that the engine cuda runs on, by --device:%n");
        Map<String, String> devices = Devices.states();
        int name = devices.keySet().stream().mapToInt(String::length).max().orElse(1);
        devices.forEach((device, state) -> out.printf("  %-" + name + "s  %s%n", device, state));
        out.flush();
        if (deviceName != null) {
            describe(out);
        }
        return 0;
    }

    private void describe(PrintWriter out) {
        try (Device device = Devices.open(deviceName, spec)) {
            DeviceProperties limits = device.properties();
            out.printf("%n%s%n", device.name());
            out.printf("  multiprocessors  %d, each with %d threads in at most %d blocks, %d registers, %d bytes of shared memory%n",
                    limits.multiprocessors(), limits.threadsPerMultiprocessor(), limits.blocksPerMultiprocessor(),
                    limits.registersPerMultiprocessor(), limits.sharedPerMultiprocessor());
            out.printf("  a block          %d bytes of shared memory, %d if its kernel asks%n", limits.sharedPerBlock(),
                    limits.sharedPerBlockOptin());
            out.printf("  memory           %d bytes%n", limits.memory());
            out.printf("  cooperative      %s%n  clusters         %s%n", limits.cooperative() ? "yes" : "no",
                    limits.clusters() ? "yes" : "no");
            out.printf("  strategies       %s (gateloom profile --explain says why)%n", Explanation.strategies(Gpu.of(device.name(), limits)));
        }
        out.flush();
    }
}
