package dev.gateloom.cli;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cuda.Strategy;
import dev.gateloom.cuda.planner.Gpu;
import dev.gateloom.cuda.planner.Phase;
import dev.gateloom.cuda.planner.Plan;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.GpuModel;
import dev.gateloom.profile.Explanation;
import dev.gateloom.profile.ProfileFormat;
import dev.gateloom.profile.ProfileReport;
import dev.gateloom.profile.Profiler;
import dev.gateloom.profile.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What each kernel of a pass does. */
@Command(name = "profile",
        description = {"Runs one pass of the CUDA kernels and shows, kernel by kernel, what they do.",
            "With --explain, runs nothing and says how the planner would run it on a GPU, and why not otherwise; "
                + "refuses what that GPU cannot hold or compute.",
            "On the emulator, on any machine: launches, warp instructions by class, FLOPs, bytes, coalescing, bank conflicts, "
                + "registers, occupancy, and an estimate of the time on a chosen GPU. On a GPU: launches, times, registers, "
                + "occupancy."},
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:profiled", "2:wrong arguments, or no such device here", "70:a bug of Gateloom"})
final class ProfileCommand implements Callable<Integer> {
    private static final String DEFAULT_GPU = "h100";
    /** The driver's CUDA_ERROR_OUT_OF_MEMORY. */
    private static final int OUT_OF_MEMORY = 2;
    private static final int SIZES = 4;

    @Option(names = "--cell", paramLabel = "NAME", required = true, description = "lstm, gru, rnn-tanh or rnn-relu.")
    private String cellName;

    @Option(names = "--shape", paramLabel = "BxTxIxH", required = true,
            description = "Batch, time steps, input size, hidden size: for example 32x50x128x256.")
    private String shape;

    @Option(names = "--pass", paramLabel = "NAME", defaultValue = "training",
            description = "forward, or training: forward, backward and all gradients. Default: ${DEFAULT-VALUE}.")
    private String passName;

    @Option(names = "--layers", paramLabel = "N", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private int layers;

    @Option(names = "--bidirectional", description = "Each layer runs both ways.")
    private boolean bidirectional;

    @Option(names = "--option", paramLabel = "NAME=VALUE", completionCandidates = StackOptionNames.class,
            description = {"An option of the stack, by its name in RnnConfig, such as layerNorm=STANDARD; may be given several times. "
                    + "One of ${COMPLETION-CANDIDATES}."})
    private List<String> options = List.of();

    @Option(names = "--device", paramLabel = "NAME", defaultValue = Devices.EMULATOR,
            description = "emulator, or cuda for a GPU. Default: ${DEFAULT-VALUE}.")
    private String deviceName;

    @Option(names = "--gpu", paramLabel = "NAME",
            description = "Whose code the emulator executes and whose peaks the estimates are for: h100, a100, t4, rtx4090 or "
                    + "b200. Default: " + DEFAULT_GPU + ".")
    private String gpuName;

    @Option(names = "--explain", description = "Runs nothing: shows the planner's choice for the GPU of --gpu, or with "
            + "--device cuda for this one: strategy, tiles, estimated times, and the reason against every other strategy.")
    private boolean explain;

    @Mixin
    private CudaOptions cuda;

    @Option(names = "--format", paramLabel = "NAME", defaultValue = "text",
            description = "text, csv or json. Default: ${DEFAULT-VALUE}.")
    private String formatName;

    @Option(names = "--output", paramLabel = "FILE", description = "Writes there instead of to standard output.")
    private Path output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Workload work = workload();
        ProfileFormat format = Constants.of("--format", formatName, ProfileFormat.values(), spec);
        GpuModel gpu = gpu();
        Precision precision = precision(format);
        if (!explain || gpu == null) {
            Devices.find(deviceName, spec);
        }
        if (output != null && (Files.isDirectory(output) || !Files.isDirectory(output.toAbsolutePath().getParent()))) {
            throw wrong("--output: expected a file in a folder that exists, got " + output);
        }
        write(explain ? explanation(work, gpu, precision, format) : format.write(profile(work, gpu)));
        return 0;
    }

    private Workload workload() {
        CellType cell = Constants.of("--cell", cellName, CellType.values(), spec);
        int[] sizes = sizes();
        if (layers < 1) {
            throw wrong("--layers: expected at least 1, got " + layers);
        }
        Mode mode = switch (passName) {
            case "forward" -> Mode.INFERENCE;
            case "training" -> Mode.TRAINING;
            default -> throw wrong("--pass: expected forward or training, got " + passName);
        };
        Workload work = new Workload(cell, sizes[0], sizes[1], sizes[2], sizes[3], layers, bidirectional, mode, options);
        try {
            work.config();
        } catch (IllegalArgumentException e) {
            throw wrong((options.isEmpty() ? "--shape: " : "--option: ") + e.getMessage());
        }
        return work;
    }

    /** B, T and H of at least 1; I may be 0. */
    private int[] sizes() {
        String[] parts = shape.split("x", -1);
        try {
            int[] sizes = Arrays.stream(parts).mapToInt(Integer::parseInt).toArray();
            if (sizes.length == SIZES && sizes[0] > 0 && sizes[1] > 0 && sizes[2] >= 0 && sizes[3] > 0) {
                return sizes;
            }
        } catch (NumberFormatException e) {
            // reported below, together with numbers out of range
        }
        throw wrong("--shape: expected four whole numbers of at least 1 (I may be 0) as BxTxIxH, such as 32x50x128x256, got "
                + shape);
    }

    /** Null on a GPU, which is what it is. */
    private GpuModel gpu() {
        if (!deviceName.equals(Devices.EMULATOR)) {
            if (gpuName != null) {
                throw wrong("--gpu: estimates need the emulator's counts: leave it out, or use --device " + Devices.EMULATOR);
            }
            return null;
        }
        try {
            return GpuModel.of(Optional.ofNullable(gpuName).orElse(DEFAULT_GPU));
        } catch (IllegalArgumentException e) {
            throw wrong("--gpu: " + e.getMessage());
        }
    }

    private Precision precision(ProfileFormat format) {
        Precision precision = cuda.precision();
        if (explain && cuda.strategy() != null) {
            throw wrong("--strategy: with --explain it is the planner that chooses: leave it out");
        }
        if (explain && format == ProfileFormat.CSV) {
            throw wrong("--format: expected text or json with --explain, got csv");
        }
        return precision;
    }

    /** On a GPU, for what it says of itself. */
    private String explanation(Workload work, GpuModel model, Precision precision, ProfileFormat format) {
        Gpu gpu;
        long memory;
        if (model != null) {
            gpu = Gpu.of(model);
            memory = (long) model.memoryGibibytes() << 30;
        } else {
            try (Device device = Devices.open(deviceName, spec)) {
                gpu = Gpu.of(device.name(), device.properties());
                memory = device.properties().memory();
            }
        }
        Plan plan = guarded(() -> {
            work.requireMemory(memory);
            return CudaEngine.explain(Explanation.problem(work, precision), gpu);
        });
        if (plan.seconds().isEmpty()) {         // not even D, which runs all that a GPU can compute
            throw wrong("--precision: no kernel computes in " + precision.name().toLowerCase(Locale.ROOT) + " on " + gpu.label() + ": "
                    + plan.of(Phase.FORWARD).of(Strategy.D).reason() + "; take another precision or GPU");
        }
        return format == ProfileFormat.JSON ? Explanation.json(work, plan) : Explanation.text(work, plan);
    }

    private ProfileReport profile(Workload work, GpuModel gpu) {
        if (gpu != null) {
            try (ProfileProgress progress = new ProfileProgress()) {
                return guarded(() -> Profiler.count(work, gpu, cuda::on, progress));
            }
        }
        try (Device device = Devices.open(deviceName, spec)) {
            return guarded(() -> Profiler.time(work, device, cuda::on));
        }
    }

    /** A pass that is too large is the caller's error. */
    private <R> R guarded(Supplier<R> run) {
        try {
            return run.get();
        } catch (IllegalArgumentException e) {
            throw wrong("--shape: " + e.getMessage());
        } catch (UnsupportedOperationException e) {
            throw wrong("--precision: " + e.getMessage());
        } catch (DeviceException e) {
            if (e.code() == OUT_OF_MEMORY) {
                throw wrong("--shape " + shape + " does not fit: " + e.getMessage());
            }
            throw e;
        } catch (OutOfMemoryError e) {
            throw wrong("--shape " + shape + " does not fit: it needs more memory than this JVM has, "
                    + Runtime.getRuntime().maxMemory() + " bytes, raised by -Xmx in JAVA_TOOL_OPTIONS");
        }
    }

    private void write(String text) {
        if (output == null) {
            PrintWriter out = spec.commandLine().getOut();
            out.print(text);
            out.flush();
            return;
        }
        try {
            Files.writeString(output, text);
        } catch (IOException e) {
            throw wrong("--output: " + output + " cannot be written: " + e.getMessage());
        }
    }

    /** For the help, made by picocli. */
    static final class StackOptionNames extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        StackOptionNames() {
            super(Workload.allOptions());
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
