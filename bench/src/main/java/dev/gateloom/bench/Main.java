package dev.gateloom.bench;

import dev.gateloom.Engines;
import dev.gateloom.bench.models.ModelRun;
import dev.gateloom.bench.models.ModelSelection;
import dev.gateloom.bench.report.Findings;
import dev.gateloom.bench.report.ForecastSection;
import dev.gateloom.bench.report.Reports;
import dev.gateloom.bench.report.Table;
import dev.gateloom.machine.Machine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code bench/run}. */
@Command(name = "bench/run", sortOptions = false, usageHelpAutoWidth = true,
    customSynopsis = "bench/run [OPTION]...", description = {
    "Measures how fast LSTM and GRU run on this machine, verifies every result before timing it, and writes a report.",
    "Without options: every engine that is ready, cpu-scalar apart, on five shapes of practice; at most five minutes on two "
        + "cores."},
    footer = {"", "Exit status: 0 all done; 1 a result was wrong, a contender failed or no report could be written; 2 wrong arguments."})
public final class Main implements Callable<Integer> {
    private final PrintStream out = System.out;

    @Spec
    private CommandSpec spec;

    @Mixin
    private Options options;

    private Main() {
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
     * Runs the suite and returns.
     *
     * @param args see {@code --help}
     * @return the exit status
     */
    public static int run(String... args) {
        System.setProperty("jmh.ignoreLock", "true");      // several forks of ours never run at once
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, a) -> {
                    e.getCommandLine().getErr().println("bench/run: " + e.getMessage());
                    e.getCommandLine().getErr().println("bench/run --help lists the options.");
                    return 2;
                })
                .setExecutionExceptionHandler(Main::failed)
                .execute(args);
    }

    /**
     * What a full disk, or the like, comes to: one line, and exit status 1. Other failures are the program's, and show where they are.
     *
     * @param failure what ended the command
     * @param command the command
     * @param result its arguments
     * @return the exit status
     * @throws Exception the failure, if it is none of input and output
     */
    public static int failed(Exception failure, CommandLine command, CommandLine.ParseResult result) throws Exception {
        if (!(failure instanceof IOException)) {
            throw failure;
        }
        command.getErr().println("bench/run: " + (failure instanceof FileSystemException ? failure.toString() : failure.getMessage()));
        return 1;
    }

    @Override
    public Integer call() throws Exception {
        ZonedDateTime started = ZonedDateTime.now();
        Selection selection;
        Optional<ModelSelection> models;
        Optional<Comparison> older;
        Path folder;
        try {
            selection = options.selection();
            models = options.models();
            older = options.comparison();
            folder = options.folder(started);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
        Settings settings = options.settings();
        Map<String, String> machine = new LinkedHashMap<>(Machine.describe().lines());
        machine.putAll(OtherPrograms.lines());
        print(machine);
        if (models.isPresent()) {
            out.println();
            return ModelRun.run(models.get(), settings, started, options.commandLine(), machine, notes(), folder, out) ? 0 : 1;
        }
        Limits limits = Limits.measure();
        print(LimitLines.of(limits));
        machine.putAll(LimitLines.of(limits));
        out.println();

        WorkDir work = WorkDir.create();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> WorkDir.delete(Reports.unfinished(folder))));
        Suite suite;
        List<Measurement> measurements;
        try (Progress progress = new Progress(System.err, Boolean.getBoolean("gateloom.terminal"),
                Suite.estimate(selection, settings))) {
            suite = new Suite(selection, settings, work, progress);
            measurements = suite.run();
        }
        Optional<ForecastSection> forecast = options.job()
                ? Optional.of(Job.run(selection.engines().get(0))) : Optional.empty();
        List<Change> changes = older.map(o -> o.with(measurements)).orElse(List.of());
        List<String> notes = notes();
        if (older.isPresent() && changes.isEmpty()) {
            notes.add("--compare: the older run has none of these cases.");
        }
        Results results = new Results(started, options.commandLine(), machine, limits, settings, selection.engines(),
                selection.rivals(), measurements, skipped(suite, selection), notes, forecast, changes);
        print(results);
        Reports.write(results, suite.jmh(), folder);
        out.println("Report: " + folder.resolve("report.html").toUri());
        return results.failed() ? 1 : 0;
    }

    private void print(Map<String, String> lines) {
        lines.forEach((k, v) -> out.printf("%-18s %s%n", k, v));
    }

    private void print(Results results) {
        out.println(Table.of(results).plain());
        if (!results.changes().isEmpty()) {
            out.println("Compared with the older run:");
            out.println(Table.ofChanges(results.changes()).plain());
        }
        Findings.of(results).forEach(out::println);
        results.measurements().stream().filter(m -> !m.ok()).forEach(m -> out.println("FAILED " + m.contender() + ", "
                + m.of().title() + ": " + m.failure()));
        results.notes().forEach(out::println);
        out.println();
    }

    private static List<String> skipped(Suite suite, Selection selection) {
        List<String> lines = new ArrayList<>(suite.skipped());
        if (!selection.rivals().isEmpty() && PythonRival.find().isEmpty()) {
            lines.add(PythonRival.NAME + ": no python3 that can import torch was found.");
        }
        Engines.list().stream().filter(e -> !e.ready())
                .forEach(e -> lines.add(e.name() + ": " + e.reason() + "; " + e.mend()));
        return lines;
    }

    /** What the environment does to the numbers. */
    private static List<String> notes() {
        List<String> lines = new ArrayList<>();
        String removed = System.getProperty("gateloom.bench.unset", "");
        if (!removed.isBlank()) {
            lines.add("Removed from the environment for this run: " + removed.strip() + ".");
        }
        System.getenv().forEach((k, v) -> {
            if (k.startsWith("OPENBLAS_") || k.startsWith("OMP_") || k.startsWith("MKL_")) {
                lines.add(k + "=" + v + " is set and may slow rivals down; bench/run would remove it.");
            }
        });
        return lines;
    }
}
