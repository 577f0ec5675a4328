package dev.gateloom.bench.gpu;

import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.bench.report.Csv;
import dev.gateloom.device.DeviceException;
import dev.gateloom.golden.Golden;
import dev.gateloom.golden.Verdict;
import dev.gateloom.safetensors.SafetensorsException;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Holds engines against the golden vectors that come with the sources, as {@code gateloom verify} does. */
final class GoldenRun {
    /** System property: folders with golden vectors, separated as in a class path. */
    static final String FOLDERS = "gateloom.bench.golden";

    private final List<Path> files;
    private final List<List<String>> rows = new CopyOnWriteArrayList<>();       // read at any time, if the run is broken off
    private boolean passed = true;

    private GoldenRun(List<Path> files) {
        this.files = files;
    }

    /** Finds the vectors. */
    static GoldenRun find() throws IOException {
        String folders = System.getProperty(FOLDERS, "");
        List<Path> files = new ArrayList<>();
        for (String folder : folders.isEmpty() ? new String[0] : folders.split(File.pathSeparator)) {
            try (Stream<Path> all = Files.walk(Path.of(folder))) {
                all.filter(p -> p.toString().endsWith(".safetensors")).sorted().forEach(files::add);
            }
        }
        if (files.isEmpty()) {
            throw new IllegalStateException("expected golden vectors in the folders that -D" + FOLDERS + " names, got \"" + folders
                    + "\"; bench/run names them");
        }
        return new GoldenRun(files);
    }

    /** All vectors on one engine, which is closed then. */
    void run(Guest guest, RnnEngine engine, Watchdog watchdog, PrintStream out) {
        int right = 0;
        int lacking = 0;
        List<String> wrong = new ArrayList<>();
        try {
            for (Path file : files) {
                String name = file.getFileName().toString().replace(".safetensors", "");
                Watchdog.Watch watch = watchdog.begin("golden vector " + name + " on " + guest.label());
                Verdict verdict;
                try {
                    verdict = verdict(file, engine, guest.precision());
                } finally {
                    watch.end();
                }
                boolean lacks = verdict.unsupported() || guest.mayRefuse() && isRefusal(verdict.problem());
                String outcome = verdict.passed() ? "pass" : lacks ? "not supported" : "fail";
                rows.add(List.of(guest.label(), engine.description(), name, outcome, verdict.tensor(), Csv.number(verdict.error()),
                        verdict.problem()));
                right += verdict.passed() ? 1 : 0;
                lacking += lacks ? 1 : 0;
                if (outcome.equals("fail")) {
                    wrong.add(name);
                }
            }
        } finally {
            try {
                engine.close();
            } catch (DeviceException e) {       // it was lost: what was found out counts
                wrong.add("closing the engine: " + e.getMessage());
            }
        }
        passed &= wrong.isEmpty();
        out.println(guest.label() + ": " + right + " of " + files.size() + " golden vectors pass"
                + (lacking == 0 ? "" : ", " + lacking + " not supported")
                + (wrong.isEmpty() ? "" : "; FAILED: " + String.join(", ", wrong)));
    }

    /** By an algorithm that is for some cases only: its engine tells of some when it is called, the library of others. */
    private static boolean isRefusal(String problem) {
        return problem.contains(UnsupportedOperationException.class.getName()) || problem.contains(Ready.CUDNN);
    }

    /** In other precisions than fp32 with the tolerance that {@code gateloom verify} has for them. */
    private static Verdict verdict(Path file, RnnEngine engine, Precision precision) {
        try {
            return Golden.read(file).verdict(engine, precision);
        } catch (SafetensorsException e) {
            return new Verdict("", Double.POSITIVE_INFINITY, "unreadable: " + e.getMessage(), false);
        }
    }

    /** An engine that could not be opened. */
    void failed(Guest guest, String why, PrintStream out) {
        rows.add(List.of(guest.label(), "", "", "fail", "", "", why));
        passed = false;
        out.println(guest.label() + ": FAILED: " + why);
    }

    /** Whether no engine computed anything wrong. */
    boolean passed() {
        return passed;
    }

    /** A line for each engine and vector. */
    String csv() {
        return Csv.of(List.of("engine", "description", "vector", "outcome", "worst_tensor", "error_by_tolerance", "problem"), rows);
    }
}
