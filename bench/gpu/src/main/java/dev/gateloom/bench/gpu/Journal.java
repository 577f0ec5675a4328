package dev.gateloom.bench.gpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a run is at and has found out so far, in files: all that is left of it if it does not come to its end. */
final class Journal {
    static final String LOG = "running.txt";
    private static final String RESULTS = "results.csv";

    private final Path folder;
    private final Set<String> begun = new HashSet<>();
    private boolean broken;

    /** The folder is made with the first line. */
    Journal(Path folder) {
        this.folder = folder;
    }

    /** What happens now. */
    void say(String what) {
        append(LOG, LocalTime.now().truncatedTo(ChronoUnit.SECONDS) + " " + what + "\n");
    }

    /** What was measured. */
    void add(DeviceLimits limits, List<GpuMeasurement> measurements) {
        if (!measurements.isEmpty()) {
            String lines = GpuCsv.of(limits, measurements);
            append(RESULTS, begun.contains(RESULTS) ? lines.substring(lines.indexOf('\n') + 1) : lines);
        }
    }

    /** The report says it all. */
    void end() throws IOException {
        Files.deleteIfExists(folder.resolve(LOG));
    }

    /** Nothing is written any more, whatever still runs. */
    synchronized void stop() {
        broken = true;
    }

    /** A full disk must not cost the run, which will say so when it writes its report. */
    private synchronized void append(String file, String text) {
        if (broken) {
            return;
        }
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(file), text, StandardOpenOption.CREATE,
                    begun.add(file) ? StandardOpenOption.TRUNCATE_EXISTING : StandardOpenOption.APPEND);
        } catch (IOException e) {
            broken = true;
            System.err.println("bench/run: what this run finds cannot be kept in " + folder + " until it ends: " + e);
        }
    }
}
