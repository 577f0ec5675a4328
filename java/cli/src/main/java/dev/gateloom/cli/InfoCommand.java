package dev.gateloom.cli;

import dev.gateloom.device.Device;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What machine this is and what can run on it. */
@Command(name = "info",
        description = "Shows this machine (CPU, SIMD width, JDK, GPUs, driver, cuBLAS and cuDNN), every engine and every device: "
                + "ready, or why not and what to do.")
final class InfoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--device", paramLabel = "NAME",
            description = "Opens this device, \"emulator\" or \"cuda\" for a GPU, and shows its limits and the engine there too.")
    private String deviceName;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Optional<Inventory.Opened> opened = deviceName == null ? Optional.empty() : Optional.of(open());
        Inventory inventory = Inventory.take();
        if (json) {
            out.println(InfoJson.of(inventory, opened));
        } else {
            InfoText.print(out, inventory);
            opened.ifPresent(device -> InfoText.print(out, device));
        }
        out.flush();
        return 0;
    }

    private Inventory.Opened open() {
        try (Device device = Devices.open(deviceName, spec)) {
            return Inventory.Opened.of(device);
        }
    }
}
