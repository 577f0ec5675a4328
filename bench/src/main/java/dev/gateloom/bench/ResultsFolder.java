package dev.gateloom.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Where a run's report goes. */
public final class ResultsFolder {

    private ResultsFolder() {
    }

    /**
     * Checks that the report can be written, before anything takes time.
     *
     * @param wanted by {@code --out}; null for a folder of the time in {@code gateloom.bench.results}
     * @param started when the run began
     * @return a folder that does not exist yet, absolute
     * @throws IllegalArgumentException if it exists or cannot be made
     */
    public static Path of(Path wanted, ZonedDateTime started) {
        Path folder = (wanted != null ? wanted : Path.of(System.getProperty("gateloom.bench.results", "results"),
                DateTimeFormatter.ofPattern("uuuu-MM-dd-HHmmss", Locale.ROOT).format(started))).toAbsolutePath();
        if (Files.exists(folder)) {
            throw new IllegalArgumentException("--out: expected a folder that does not exist yet, got " + folder);
        }
        Path parent = folder.getParent();
        while (parent != null && !Files.exists(parent)) {
            parent = parent.getParent();
        }
        if (parent == null || !Files.isDirectory(parent) || !Files.isWritable(parent)) {
            throw new IllegalArgumentException("--out: expected a place that can be written, got " + folder);
        }
        return folder;
    }
}
