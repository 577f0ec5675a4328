package dev.gateloom.cli;

import dev.gateloom.Precision;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cuda.Strategy;
import dev.gateloom.device.Device;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How the engine cuda computes: for commands that run it on a device. */
final class CudaOptions {
    private static final String BY_PLANNER = "planned";

    @Option(names = "--precision", paramLabel = "NAME", defaultValue = "fp32",
            description = "Of the products of matrices: fp32, tf32, bf16 or fp16. Default: ${DEFAULT-VALUE}.")
    private String precisionName;

    @Option(names = "--strategy", paramLabel = "NAME", defaultValue = BY_PLANNER,
            description = "How the steps run: a, b, c or d, which runs everything and what the others cannot. "
                    + "Default: ${DEFAULT-VALUE}, the one that \"gateloom profile --explain\" names.")
    private String strategyName;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    Precision precision() {
        return Constants.of("--precision", precisionName, Precision.values(), command);
    }

    /** Null for the planner's choice. */
    Strategy strategy() {
        String name = strategyName.toLowerCase(Locale.ROOT);
        return name.equals(BY_PLANNER) ? null : Constants.of("--strategy", name, Strategy.values(), command);
    }

    /** Whether anything was asked for. */
    boolean given() {
        return precision() != Precision.FP32 || strategy() != null;
    }

    /** An engine that leaves its device open. */
    CudaEngine on(Device device) {
        return strategy() == null ? CudaEngine.on(device, precision()) : CudaEngine.on(device, strategy(), precision());
    }

    /** An engine that closes its device. */
    CudaEngine owning(Device device) {
        return strategy() == null ? CudaEngine.owning(device, precision()) : CudaEngine.owning(device, strategy(), precision());
    }
}
