package dev.gateloom.bench.gpu;

import dev.gateloom.bench.Main;
import dev.gateloom.bench.WorkDir;
import dev.gateloom.bench.report.Reports;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceProvider;
import dev.gateloom.kernels.Kernels;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code bench/run} where it runs on a GPU, on the emulator, or for an attestation. */
@Command(name = "bench/run", sortOptions = false, usageHelpAutoWidth = true,
    customSynopsis = "bench/run [OPTION]...", description = {
    "Measures how fast LSTM and GRU run on this machine's GPU: the fused engine, each of its strategies, and every other engine that "
        + "can run here. Verifies every result before timing it, and writes a report.",
    "bench/run --device cpu --help lists the options of the suite of the CPU."},
    footer = {"", "Exit status: 0 all done; 1 a result was wrong, a contender failed or no report could be written; 2 wrong arguments, or no such device."})
public final class GpuMain implements Callable<Integer> {
    private static final String CPU = "cpu";
    private static final String CUDA = "cuda";
    private static final String NO_PROVIDER = "there is no such device on the class path";

    @Spec
    private CommandSpec spec;

    @Mixin
    private GpuOptions options;

    private GpuMain() {
    }

    /**
     * Runs the suite.
     *
     * @param args see {@code --help}
     */
    public static void main(String... args) {
        System.exit(run(args));
    }

    /**
     * Runs the suite and returns: that of the CPU, if a driver alone was reason enough to come here and its GPU is of no use. What
     * was typed is for that suite then.
     *
     * @param args see {@code --help}
     * @return the exit status
     */
    public static int run(String... args) {
        Optional<String> noGpu = choosesBySelf(args) ? obstacle(CUDA) : Optional.empty();
        if (noGpu.isPresent()) {
            System.err.println("bench/run: there is an NVIDIA driver, but no GPU can be used: " + noGpu.get() + ". So this is the suite "
                    + "of the CPU; --device emulator executes the kernels without a GPU");
            return Main.run(args);
        }
        System.setProperty("jmh.ignoreLock", "true");      // several forks of ours never run at once
        return new CommandLine(new GpuMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, a) -> {
                    e.getCommandLine().getErr().println("bench/run: " + e.getMessage());
                    e.getCommandLine().getErr().println("bench/run --help lists the options, bench/run --device cpu --help those of "
                            + "the CPU's suite.");
                    return 2;
                })
                .setExecutionExceptionHandler(Main::failed)
                .execute(args);
    }

    /** Whether nobody has said where to run; an attestation says itself. */
    private static boolean choosesBySelf(String... args) {
        return Arrays.stream(args).noneMatch(a -> a.equals("--attest") || a.equals("--device") || a.startsWith("--device="));
    }

    /** What was asked for, checked. The provider is null for the CPU, whose suite has arguments. */
    private record Plan(ZonedDateTime started, Path folder, boolean onGpu, List<GpuCase> cases, DeviceProvider provider,
            List<String> forCpu) {
    }

    @Override
    public Integer call() throws IOException {
        Plan plan;
        try {
            plan = plan(ZonedDateTime.now());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
        Journal journal = new Journal(Reports.unfinished(plan.folder));
        Watchdog watchdog = watchdog(plan, journal);
        Optional<Attestation> attestation = options.attest() ? Optional.of(new Attestation(plan.folder, watchdog))
                : Optional.empty();
        Thread hook = new Thread(() -> leave(plan, attestation, journal));
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            Attestation.Measurement benchmark = out -> benchmark(plan, out, journal, watchdog);
            return (attestation.isPresent() ? attest(plan, attestation.get(), benchmark) : benchmark.run(System.out)) ? 0 : 1;
        } finally {
            if (unhook(hook)) {
                leave(plan, attestation, journal);
            }
        }
    }

    /** False if it runs already. */
    private static boolean unhook(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /** However the run ends, what it has found out until then is kept. */
    private static void leave(Plan plan, Optional<Attestation> attestation, Journal journal) {
        journal.stop();                         // the measurement goes on beside a shutdown, and would make the folder anew
        attestation.ifPresent(Attestation::packOnce);
        Path unfinished = Reports.unfinished(plan.folder);
        if (plan.provider == null || attestation.filter(a -> Files.exists(a.zip())).isPresent()) {
            WorkDir.delete(unfinished);
        } else if (Files.exists(unfinished)) {
            System.err.println("bench/run: what was found out until then is in " + unfinished);
        }
    }

    private Plan plan(ZonedDateTime started) {
        String where = where();
        Path folder = options.folder(started);
        if (where.equals(CPU)) {
            List<String> forCpu = options.forCpu(folder);
            options.cases(false);               // what is wrong for all suites is said before the golden vectors run
            options.settings(false);
            return new Plan(started, folder, false, List.of(), null, forCpu);
        }
        boolean onGpu = where.equals(CUDA);
        GpuBenchmark.checkContenders(options, onGpu);
        options.settings(onGpu);
        List<GpuCase> cases = options.cases(onGpu);
        DeviceProvider provider = find(where).orElseThrow(() -> new IllegalArgumentException("--device " + where + ": " + NO_PROVIDER));
        obstacle(where).ifPresent(why -> {
            throw new IllegalArgumentException("--device " + where + ": " + why);
        });
        return new Plan(started, folder, onGpu, cases, provider, List.of());
    }

    /** What does not end takes the program with it: neither the thread that waits for it nor the device is of any more use. */
    private Watchdog watchdog(Plan plan, Journal journal) {
        if (plan.provider == null) {
            return Watchdog.none();
        }
        return new Watchdog(journal::say, why -> {
            journal.say("FAILED: " + why);
            System.out.println("FAILED: " + why + "; the device is of no more use, so the run ends here");
            System.exit(1);
        }, plan.onGpu ? Watchdog.SECONDS : Double.POSITIVE_INFINITY);
    }

    private boolean benchmark(Plan plan, PrintStream out, Journal journal, Watchdog watchdog) throws IOException {
        try (Device device = plan.provider.open()) {
            return new GpuBenchmark(options, options.settings(plan.onGpu), plan.onGpu, out, journal, watchdog).run(device, plan.cases, plan.started, plan.folder);
        }
    }

    private boolean attest(Plan plan, Attestation attestation, Attestation.Measurement benchmark) throws IOException {
        if (plan.provider == null) {
            return attestation.run(List.of(), out -> Main.run(plan.forCpu.toArray(String[]::new)) == 0);
        }
        return attestation.run(Guest.on(plan.provider, plan.onGpu), benchmark);
    }

    /** As asked for, else a GPU; without one an attestation, for all else has gone to the CPU before, goes on there too. */
    private String where() {
        Optional<String> wanted = options.device();
        if (wanted.isPresent()) {
            if (wanted.get().equals(CPU) && !options.attest()) {
                throw new IllegalArgumentException("--device cpu: expected cuda or emulator here; bench/run starts the suite of the CPU");
            }
            return wanted.get();
        }
        return obstacle(CUDA).isPresent() ? CPU : CUDA;
    }

    private static Optional<String> obstacle(String name) {
        Optional<DeviceProvider> provider = find(name);
        return provider.isEmpty() ? Optional.of(NO_PROVIDER)
                : Kernels.obstacle().or(() -> provider.get().obstacle());
    }

    private static Optional<DeviceProvider> find(String name) {
        return ServiceLoader.load(DeviceProvider.class).stream().map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals(name)).findFirst();
    }
}
