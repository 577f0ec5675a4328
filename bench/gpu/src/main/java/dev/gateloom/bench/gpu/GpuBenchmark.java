package dev.gateloom.bench.gpu;

import dev.gateloom.bench.Progress;
import dev.gateloom.bench.Settings;
import dev.gateloom.bench.WorkDir;
import dev.gateloom.bench.report.Reports;
import dev.gateloom.device.Device;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run on a device, from its limits to the report. */
final class GpuBenchmark {
    private static final long MIB = 1 << 20;
    /** JMH's forks with arrays of the host: one each, half a second. */
    private static final Settings HOST = new Settings(1, 0.5, 0.5, false);

    private final GpuOptions options;
    private final GpuSettings settings;
    private final boolean onGpu;
    private final PrintStream out;
    private final Journal journal;
    private final Watchdog watchdog;

    GpuBenchmark(GpuOptions options, GpuSettings settings, boolean onGpu, PrintStream out, Journal journal, Watchdog watchdog) {
        this.options = options;
        this.settings = settings;
        this.onGpu = onGpu;
        this.out = out;
        this.journal = journal;
        this.watchdog = watchdog;
    }

    /** Who takes part on the device, and what keeps others from it. */
    private record Field(List<Entrant> entrants, List<String> absent) {

        /** On the emulator no library of NVIDIA's runs, so none is looked for. */
        static Field find(boolean onGpu) {
            List<Entrant> entrants = new ArrayList<>(Entrants.fused());
            List<String> absent = new ArrayList<>();
            Algorithms library = new CudnnAlgorithms();
            Optional<String> obstacle = onGpu ? library.obstacle() : Optional.of("it runs on a GPU only");
            obstacle.ifPresentOrElse(why -> absent.add(library.engine() + ": " + why + "."),
                    () -> entrants.addAll(Entrants.library(library)));
            return new Field(entrants, absent);
        }
    }

    /**
     * Whether those who were asked for are there.
     *
     * @throws IllegalArgumentException if not
     */
    static void checkContenders(GpuOptions options, boolean onGpu) {
        Field field = Field.find(onGpu);
        List<String> names = new ArrayList<>(field.entrants.stream().map(Entrant::name).toList());
        names.addAll(hostEngines(onGpu));
        options.checkContenders(names.stream().distinct().toList(), field.absent);
    }

    private static List<String> hostEngines(boolean onGpu) {
        return onGpu ? List.of(Entrants.FUSED, "cpu", "reference") : List.of("cpu", "reference");
    }

    /** True if all results were right. */
    boolean run(Device device, List<GpuCase> cases, ZonedDateTime started, Path folder) throws IOException {
        Map<String, String> environment = Environment.of(device, onGpu);
        environment.forEach((k, v) -> out.printf("%-18s %s%n", k, v));
        Watchdog.Watch watch = watchdog.begin("measuring the device's limits");
        DeviceLimits limits;
        try {
            limits = DeviceLimits.measure(device, settings.timed());
        } finally {
            watch.end();
        }
        limits.lines().forEach((k, v) -> out.printf("%-22s %s%n", k, v));
        Field field = Field.find(onGpu);
        field.absent.forEach(out::println);
        out.println();

        List<Entrant> entrants = field.entrants.stream().filter(e -> options.wanted(e.name())).toList();
        DeviceSuite suite = new DeviceSuite(device, entrants, settings, onGpu ? Clocks.actual() : Clocks.none(), watchdog);
        HostSuite host = new HostSuite(hostEngines(onGpu).stream().filter(options::wanted).toList(), HOST, settings.timed(),
                WorkDir.create(), HostSuite.SECONDS);
        List<GpuMeasurement> measurements = new ArrayList<>();
        List<String> notes = new ArrayList<>(field.absent);
        try (Progress progress = new Progress(System.err, Boolean.getBoolean("gateloom.terminal"), cases.size())) {
            for (GpuCase c : cases) {
                progress.show(c.title());
                List<GpuMeasurement> found = new ArrayList<>();
                try {
                    found.addAll(suite.run(c));
                } catch (OutOfMemoryError e) {          // of the host: not even the expected result can be had
                    notes.add(c.title() + " was not run: it " + Skipped.DID_NOT_FIT + "it needs more than " + Runtime
                            .getRuntime().maxMemory() / MIB + " MiB of the host; -Xmx in JAVA_TOOL_OPTIONS gives this program more.");
                    progress.advance(1);
                    continue;
                }
                if (!suite.isLost() && options.withHostArrays(c)) {
                    found.addAll(host.run(c));
                }
                measurements.addAll(found);
                journal.add(limits, found);
                if (suite.isLost()) {
                    notes.add("The cases after " + c.title() + " were not run, because the device failed there.");
                    break;
                }
                progress.advance(1);
            }
        }
        notes.addAll(suite.skipped());
        notes.addAll(host.skipped());
        GpuResults results = new GpuResults(started, options.commandLine(), environment, limits, settings, measurements, notes);
        Map<String, String> files = GpuReport.files(results);
        if (!host.jmh().isEmpty()) {
            files.put("jmh.json", Reports.json(host.jmh()));
        }
        print(results);
        journal.end();
        Reports.write(files, folder);
        out.println("Report: " + folder.resolve("report.html").toUri());
        return !results.failed();
    }

    private void print(GpuResults results) {
        if (!results.settings().timed()) {
            out.println(GpuReport.WARNING);
            out.println();
        }
        out.println(GpuTables.results(results).plain());
        GpuFindings.of(results).forEach(out::println);
        GpuMethod.remarks(results).stream().filter(line -> line.startsWith("FAILED")).forEach(out::println);
        out.println();
    }
}
