package dev.gateloom.kernels.build;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compiles every {@code .cu} file of a folder for every target; what has not changed since the last build is left alone.
 *
 * <p>For the jar: {@code NAME/NAME.cu}, {@code NAME/sm_NN.cubin}, {@code NAME/compute_NN.ptx}, the headers and
 * {@code report.csv}. In the work folder, for the tests and the next build: {@code NAME/report.csv}, {@code NAME/seconds} (of a
 * processor, to compile it) and {@code NAME/fingerprint}.
 */
public final class CompileKernels {
    private static final String FINGERPRINT = "fingerprint";
    private static final String SECONDS = "seconds";

    private final Settings settings;
    private final PrintStream out;
    private Nvrtc nvrtc;

    CompileKernels(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    /**
     * Runs it. Exit status 1 if a file does not compile.
     *
     * @param args see {@link Settings}
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] args) throws IOException {
        try {
            new CompileKernels(Settings.parse(args), System.out).run();
        } catch (CompileException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    /**
     * Compiles what has changed.
     *
     * @return the names of the files that were compiled
     * @throws CompileException with the messages of all files that have errors; the others are compiled
     */
    List<String> run() throws IOException, CompileException {
        List<SourceFile> files = SourceFile.readAll(settings.sources());
        List<SourceFile> changed = new ArrayList<>();
        for (SourceFile file : files) {
            if (!isCurrent(file, Fingerprint.of(file, settings.targets(), settings.compiler()))) {
                changed.add(file);
            }
        }
        if (!changed.isEmpty()) {
            nvrtc = new Nvrtc(settings.libraries(), settings.sources());
            compileAll(changed);
        }
        removeAllBut(files);
        writeShared(files);
        return changed.stream().map(SourceFile::name).toList();
    }

    /** On all processors. */
    private void compileAll(List<SourceFile> files) throws IOException, CompileException {
        ExecutorService threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        List<String> errors = new ArrayList<>();
        try {
            List<Future<?>> results = new ArrayList<>();
            for (SourceFile file : files) {
                results.add(threads.submit(() -> {
                    compile(file);
                    return null;
                }));
            }
            for (Future<?> result : results) {
                try {
                    result.get();
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof CompileException)) {
                        throw new IOException("compiling: " + e.getCause(), e.getCause());
                    }
                    errors.add(e.getCause().getMessage());
                }
            }
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        } finally {
            threads.shutdownNow();
        }
        if (!errors.isEmpty()) {
            throw new CompileException(String.join("\n\n", errors));
        }
    }

    /** Of this thread: what else the machine does does not count. */
    private static long processorNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private boolean isCurrent(SourceFile file, String fingerprint) throws IOException {
        Path recorded = work(file).resolve(FINGERPRINT);
        return Files.isRegularFile(recorded) && Files.readString(recorded).equals(fingerprint)
                && Files.isRegularFile(output(file).resolve(file.fileName()))
                && settings.targets().stream().allMatch(t -> Files.isRegularFile(output(file).resolve(t.fileName())));
    }

    private void compile(SourceFile file) throws IOException, CompileException {
        delete(work(file));
        delete(output(file));
        Files.createDirectories(work(file));
        Files.createDirectories(output(file));
        Files.writeString(work(file).resolve(FINGERPRINT), "");         // until all is written: an interrupted build is repeated
        long start = processorNanos();
        List<String> report = new ArrayList<>();
        Map<Target, String> ptx = new HashMap<>();
        for (Target target : settings.targets()) {
            if (ptx.containsKey(target)) {
                continue;
            }
            Nvrtc.Compiled compiled = nvrtc.compile(file, target);
            ptx.put(target.virtual(), compiled.ptx());
            if (target.real()) {
                Files.write(output(file).resolve(target.fileName()), compiled.cubin());
                report.addAll(Report.lines(file.name(), target, compiled));
            }
        }
        for (Target target : settings.targets()) {
            if (!target.real()) {
                Files.writeString(output(file).resolve(target.fileName()), ptx.get(target));
            }
        }
        String seconds = String.format(Locale.ROOT, "%.1f", (processorNanos() - start) * 1e-9);
        Files.writeString(output(file).resolve(file.fileName()), file.text());
        Files.write(work(file).resolve("report.csv"), report);
        Files.writeString(work(file).resolve(SECONDS), seconds);
        Files.writeString(work(file).resolve(FINGERPRINT), Fingerprint.of(file, settings.targets(), settings.compiler()));
        out.println("kernels: compiled " + file.fileName() + " for " + ptx.size() + " architectures in " + seconds + " s of a processor");
    }

    /** Drops what is left of files that are gone. Touches no folder but those that carry this program's mark. */
    private void removeAllBut(List<SourceFile> files) throws IOException {
        Set<String> names = files.stream().map(SourceFile::name).collect(Collectors.toSet());
        List<Path> gone;
        try (Stream<Path> list = Files.list(settings.work())) {
            gone = list.filter(p -> Files.isRegularFile(p.resolve(FINGERPRINT)) && !names.contains(p.getFileName().toString())).toList();
        }
        for (Path folder : gone) {
            delete(settings.output().resolve(folder.getFileName()));
            delete(folder);
        }
    }

    /** What belongs to no single file: the headers, no others, and the report. */
    private void writeShared(List<SourceFile> files) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        List<String> report = new ArrayList<>(List.of(Report.HEADER));
        for (SourceFile file : files) {
            headers.putAll(file.headers());
            report.addAll(Files.readAllLines(work(file).resolve("report.csv")));
        }
        for (Map.Entry<String, String> header : headers.entrySet()) {
            writeIfChanged(settings.output().resolve(header.getKey()), header.getValue());
        }
        try (Stream<Path> list = Files.list(settings.output())) {
            for (Path gone : list.filter(p -> isHeader(p) && !headers.containsKey(p.getFileName().toString())).toList()) {
                Files.delete(gone);
            }
        }
        writeIfChanged(settings.output().resolve("report.csv"), String.join("\n", report) + "\n");
    }

    private static boolean isHeader(Path file) {
        return file.toString().endsWith(".cuh") && Files.isRegularFile(file);
    }

    private static void writeIfChanged(Path file, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (!Files.isRegularFile(file) || !Arrays.equals(Files.readAllBytes(file), bytes)) {
            Files.write(file, bytes);
        }
    }

    private Path output(SourceFile file) {
        return settings.output().resolve(file.name());
    }

    private Path work(SourceFile file) {
        return settings.work().resolve(file.name());
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.sorted((a, b) -> b.getNameCount() - a.getNameCount()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
