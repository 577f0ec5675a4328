package dev.gateloom.bench.models;

import dev.gateloom.bench.Progress;
import dev.gateloom.bench.Settings;
import dev.gateloom.bench.WorkDir;
import dev.gateloom.bench.report.Document;
import dev.gateloom.bench.report.Reports;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;

/** {@code bench/run --models}. */
public final class ModelRun {

    private ModelRun() {
    }

    /**
     * Measures, prints and writes {@code report.html}, {@code report.md} and {@code jmh.json}.
     *
     * @param selection what is measured
     * @param settings how
     * @param started when
     * @param command the arguments
     * @param machine label and text
     * @param notes what else a reader must know
     * @param folder where the report goes; must not exist
     * @param out where the tables go
     * @return whether every contender gave a right result
     * @throws Exception if the reference fails or a file cannot be written
     */
    public static boolean run(ModelSelection selection, Settings settings, ZonedDateTime started, String command,
            Map<String, String> machine, List<String> notes, Path folder, PrintStream out) throws Exception {
        WorkDir work = WorkDir.create();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> WorkDir.delete(Reports.unfinished(folder))));
        ModelSuite suite;
        ModelReport report;
        try (Progress progress = new Progress(System.err, Boolean.getBoolean("gateloom.terminal"),
                (double) settings.rounds() * ModelSuite.forks(selection))) {
            suite = new ModelSuite(selection, settings, work, progress);
            report = new ModelReport(selection, settings, suite.run());
        }
        report.tables().forEach(t -> out.println(t.plain()));
        report.findings().forEach(out::println);
        out.println();
        Document document = report.document(started, command, machine, notes);
        Reports.write(Map.of("report.html", document.html(), "report.md", document.markdown(), "jmh.json",
                Reports.json(suite.jmh())), folder);
        out.println("Report: " + folder.resolve("report.html").toUri());
        return !report.failed();
    }
}
