package dev.gateloom.bench.report;

import dev.gateloom.bench.Results;
import dev.gateloom.bench.WorkDir;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;

/** Writes the results folder: all of it or nothing. */
public final class Reports {

    private Reports() {
    }

    /**
     * Writes {@code report.html}, {@code report.md}, {@code results.csv} and {@code jmh.json} into a folder beside the
     * wanted one, then renames it.
     *
     * @param results what was measured
     * @param jmh JMH's own records
     * @param folder the folder; must not exist
     * @throws IOException if it cannot be written
     */
    public static void write(Results results, Collection<RunResult> jmh, Path folder) throws IOException {
        Document document = ResultsDocument.of(results);
        write(Map.of("report.html", document.html(), "report.md", document.markdown(), "results.csv", Csv.of(results),
                "jmh.json", json(jmh)), folder);
    }

    /**
     * Writes files into a folder beside the wanted one, then renames it. If that fails, nothing of them stays.
     *
     * @param files names and texts
     * @param folder the folder; must not exist
     * @throws IOException if it cannot be written, with the folder and what to do
     */
    public static void write(Map<String, String> files, Path folder) throws IOException {
        Path unfinished = unfinished(folder);
        try {
            Files.createDirectories(unfinished);
            for (Map.Entry<String, String> file : files.entrySet()) {
                Files.writeString(unfinished.resolve(file.getKey()), file.getValue(), StandardCharsets.UTF_8);
            }
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            WorkDir.delete(unfinished);
            throw new IOException("the report cannot be written to " + folder + ": " + e + "; the results above are all that is left. "
                    + "Make room there, or name another folder by --out", e);
        }
    }

    /**
     * {@code jmh.json} as JMH itself writes it.
     *
     * @param jmh records of forks that JMH ran one by one
     * @return one record for each contender and case
     */
    public static String json(Collection<RunResult> jmh) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(merged(jmh));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /**
     * Where the files lie until all of them are complete.
     *
     * @param folder the results folder
     * @return a folder beside it
     */
    public static Path unfinished(Path folder) {
        return folder.resolveSibling("." + folder.getFileName() + ".unfinished");
    }

    /** One record for each contender and case: its forks, which JMH ran one by one, belong together. */
    private static List<RunResult> merged(Collection<RunResult> results) {
        Map<String, BenchmarkParams> params = new LinkedHashMap<>();
        Map<String, List<BenchmarkResult>> forks = new LinkedHashMap<>();
        for (RunResult r : results) {
            params.putIfAbsent(r.getParams().id(), r.getParams());
            forks.computeIfAbsent(r.getParams().id(), k -> new ArrayList<>()).addAll(r.getBenchmarkResults());
        }
        List<RunResult> merged = new ArrayList<>();
        params.forEach((id, p) -> merged.add(new RunResult(p, forks.get(id))));
        return merged;
    }
}
