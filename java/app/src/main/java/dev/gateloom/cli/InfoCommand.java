package dev.gateloom.cli;

import dev.gateloom.Engines;
import dev.gateloom.machine.Machine;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What machine this is and what can run on it. */
@Command(name = "info",
        description = "Shows this machine (CPU, SIMD width, JDK, GPU) and every engine: "
                + "ready, or why not and what to do.")
final class InfoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

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
        out.flush();
        return 0;
    }
}
