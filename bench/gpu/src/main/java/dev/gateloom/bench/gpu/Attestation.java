package dev.gateloom.bench.gpu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import dev.gateloom.bench.Contenders;
import dev.gateloom.bench.report.Csv;
import dev.gateloom.bench.report.Reports;
import dev.gateloom.cli.InfoJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * What is true on this machine, in one file: golden vectors on every ready engine, then the benchmark, packed with the
 * environment and all that was printed.
 */
final class Attestation {
    private static final String JMH = "jmh.json";
    private final Path folder;
    private final Watchdog watchdog;
    private final Published published = Published.here();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private String info = "";
    private String environment = "";
    private volatile GoldenRun golden;          // null until there is something to pack
    private boolean packed;

    /** The measurement of an attestation. */
    interface Measurement {

        /** Writes its report into the folder; false if something was wrong. */
        boolean run(PrintStream out) throws IOException;
    }

    /** The report's folder; the zip file lies beside it. */
    Attestation(Path folder, Watchdog watchdog) {
        this.folder = folder;
        this.watchdog = watchdog;
    }

    Path zip() {
        return folder.resolveSibling("gateloom-attest-" + folder.getFileName() + ".zip");
    }

    /** True if all went well; the zip file is written in any case. */
    boolean run(List<Guest> guests, Measurement measurement) throws IOException {
        PrintStream console = System.out;
        PrintStream both = new PrintStream(new Both(console, log), true, StandardCharsets.UTF_8);
        info = info();
        environment = environment();            // here too: at the end of a run that is broken off no other program answers for sure
        golden = GoldenRun.find();
        boolean right = false;
        System.setOut(both);                    // the CPU's suite prints there
        try {
            guests.forEach(guest -> golden(guest, both));
            for (String name : Contenders.readyEngines()) {
                golden(new Guest(name, () -> Engines.get(name)), both);
            }
            both.println();
            right = measurement.run(both);
        } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
            e.printStackTrace(both);            // what went well until then is worth a zip file all the same
        } finally {
            System.setOut(console);
        }
        both.flush();
        pack();
        console.println();
        console.println("Attestation: " + zip());
        console.println("It holds plain text only: results, this machine's parts and versions, and what was printed here. Look into "
                + "it, then attach it to an issue of the project" + (right && golden.passed() ? "." : "; it also shows what FAILED above."));
        return right && golden.passed();
    }

    private void golden(Guest guest, PrintStream out) {
        RnnEngine engine;
        try {
            engine = guest.engine().get();
        } catch (RuntimeException | LinkageError e) {
            golden.failed(guest, String.valueOf(e.getMessage()), out);
            return;
        }
        golden.run(guest, engine, watchdog, out);
    }

    /** Before anything runs: of a device that hangs nothing can be asked. */
    private static String info() {
        try {
            return InfoJson.ofThisMachine();
        } catch (RuntimeException | LinkageError e) {
            return "not known: " + e;
        }
    }

    private static String environment() {
        return Csv.of(List.of("what", "value"), Environment.ofMachine().entrySet().stream()
                .map(e -> List.of(e.getKey(), e.getValue())).toList());
    }

    /** JMH notes the paths of the JVM and its arguments, which are of no use elsewhere. */
    private static String withoutPaths(String jmh) throws IOException {
        JsonNode results = new ObjectMapper().readTree(jmh);
        results.forEach(result -> ((ObjectNode) result).remove(List.of("jvm", "jvmArgs")));
        return results.toPrettyString() + "\n";
    }

    /** Where the folder is and who has run this is nobody's business. */
    private String anonymous(String text) {
        return published.text(text.replace(folder.toUri().toString(), "benchmark/").replace(Reports.unfinished(folder).toString(), "benchmark")
                .replace(folder.toString(), "benchmark"));
    }

    /** Of a run that was broken off: what there is, if it is not packed yet. */
    synchronized void packOnce() {
        if (golden != null && !packed) {
            try {
                pack();
                System.err.println("Attestation of a run that did not come to its end: " + zip());
            } catch (IOException e) {
                System.err.println("bench/run: " + e.getMessage());
            }
        }
    }

    private synchronized void pack() throws IOException {
        pack(Map.of("golden.csv", golden.csv(), "environment.csv", environment, "info.json", info + "\n", "log.txt",
                log.toString(StandardCharsets.UTF_8)));
        packed = true;
    }

    private void pack(Map<String, String> texts) throws IOException {
        Files.createDirectories(zip().getParent());
        Path unfinished = zip().resolveSibling("." + zip().getFileName() + ".unfinished");
        try {
            pack(texts, unfinished);
            Files.move(unfinished, zip(), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(unfinished);
            throw new IOException("the attestation cannot be written to " + zip() + ": " + e + "; make room there, or name another folder "
                    + "by --out", e);
        }
    }

    private void pack(Map<String, String> texts, Path unfinished) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(unfinished), StandardCharsets.UTF_8)) {
            for (Map.Entry<String, String> text : new TreeMap<>(texts).entrySet()) {
                entry(out, text.getKey(), anonymous(text.getValue()));
            }
            Path results = Files.isDirectory(folder) ? folder : Reports.unfinished(folder);
            if (Files.isDirectory(results)) {
                try (Stream<Path> files = Files.list(results)) {
                    for (Path file : files.sorted().toList()) {
                        String text = anonymous(Files.readString(file));
                        entry(out, "benchmark/" + file.getFileName(), file.endsWith(JMH) ? withoutPaths(text) : text);
                    }
                }
            }
        }
    }

    private static void entry(ZipOutputStream out, String name, String text) throws IOException {
        out.putNextEntry(new ZipEntry(name));
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
    }

    /** Writes to two places. */
    private static final class Both extends OutputStream {
        private final OutputStream first;
        private final OutputStream second;

        Both(OutputStream first, OutputStream second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public void write(int b) throws IOException {
            first.write(b);
            second.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            first.write(bytes, offset, length);
            second.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            first.flush();
            second.flush();
        }
    }
}
