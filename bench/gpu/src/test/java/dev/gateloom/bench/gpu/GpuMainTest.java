package dev.gateloom.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gateloom.bench.report.Reports;
import dev.gateloom.cuda.jcuda.JcudaProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line on the emulator, from the outside: exit statuses, messages, files. */
class GpuMainTest {
    private static final List<String> SMALL = List.of("--shape", "2x2..4:2x3x4", "--precision", "fp32", "--precision", "bf16");
    @TempDir
    private Path folder;
    private Path golden;

    private record Run(int status, String out, String err) {
    }

    /** One vector of PyTorch's. */
    @BeforeEach
    void goldenVectors() throws IOException {
        golden = Files.createDirectory(folder.resolve("golden"));
        Path all = Path.of(System.getProperty("gateloom.root"), "java/core/src/test/resources/golden/core");
        try (Stream<Path> files = Files.list(all)) {
            Path smallest = files.filter(f -> f.toString().endsWith(".safetensors")).min((a, b) -> Long.compare(size(a), size(b)))
                    .orElseThrow();
            Files.copy(smallest, golden.resolve(smallest.getFileName()));
        }
        System.setProperty(GoldenRun.FOLDERS, golden.toString());
    }

    @AfterEach
    void forgetThem() {
        System.clearProperty(GoldenRun.FOLDERS);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "--device tpu; --device; got \"tpu\"",
        "--device cpu; --device cpu; bench/run starts",
        "--device emulator --shape 1x2x3; --shape; got \"1x2x3\"",
        "--device emulator --cell rnn_tanh; --cell; expected lstm or gru",
        "--device emulator --precision fp8; --precision; fp8",
        "--device emulator --layers 2; --layers; --shape too",
        "--device emulator --shape 1x1x1x1 --layers 0; --layers; got 0",
        "--device emulator --ragged; --ragged; --shape too",
        "--device emulator --rounds 0; --rounds; got 0",
        "--device emulator --seconds 0; --seconds; got 0",
        "--device emulator --contender cuda9; --contender; expected some of [cuda, cuda A,",
        "--device emulator --contender cudnn; got \"cudnn\"; cudnn: it runs on a GPU only.",
        "--device cpu --attest --shape 1x1x1x1 --layers 2; --layers; suite of the CPU has too, stacks of one layer",
        "--device cpu --attest --shape 1x1x1x1 --ragged; --ragged; batches of one length",
        "--device cpu --attest --precision fp32 --precision bf16; --precision; fp32; leave it out",
        "--device cpu --attest --shape 1x2x3; --shape; got \"1x2x3\"",
        "--device cpu --attest --seconds 0; --seconds; got 0",
        "--device emulator --engine cpu; Unknown option; --device cpu --help",
        "--device emulator stray; stray; argument"})
    void badArgumentIsOneClearLineAndStatus2(String arguments, String first, String second) {
        Run run = run(arguments.split(" "));
        assertEquals(2, run.status, run.err);
        assertTrue(run.err.contains(first) && run.err.contains(second), run.err);
        assertEquals(2, run.err.lines().count(), "the message and the hint: " + run.err);
        assertEquals("", run.out, "nothing was started");
    }

    @Test
    void withoutAGpuItSaysWhatIsInTheWay() {
        assumeNoGpu();
        Run run = run("--device", "cuda");
        assertEquals(2, run.status, run.err);
        assertTrue(run.err.contains("--device cuda: " + new JcudaProvider().obstacle().orElseThrow()), run.err);
    }

    /** A driver brings the launcher here; a GPU that is too old, say, must not cost the figures of the CPU. */
    @Test
    void whoHasNotAskedForAGpuGetsTheSuiteOfTheCpuAndTheReason() {
        assumeNoGpu();
        String why = "no GPU can be used: " + new JcudaProvider().obstacle().orElseThrow() + ". So this is the suite of the CPU";
        Run help = run("--help");
        assertEquals(0, help.status, help.err);
        assertTrue(help.err.contains(why), help.err);
        assertTrue(help.out.contains("--rivals") && !help.out.contains("--contender"), "that suite's options: " + help.out);
        Run wrong = run("--engine", "nobody");
        assertEquals(2, wrong.status, wrong.err);
        assertTrue(wrong.err.contains(why) && wrong.err.contains("nobody") && !wrong.err.contains("Unknown option"), wrong.err);
    }

    @Test
    void helpListsEveryOption() {
        Run run = run("--device", "emulator", "--help");
        assertEquals(0, run.status);
        for (String option : List.of("--device", "--attest", "--shape", "--cell", "--kind", "--precision", "--layers", "--ragged",
                "--contender", "--rounds", "--seconds", "--out", "--help", "Exit status")) {
            assertTrue(run.out.contains(option), option);
        }
    }

    @Test
    void wholeRunOnTheEmulatorIsVerifiedAndNotTimed() throws IOException {
        Emulated.requireKernels();
        Path report = folder.resolve("report");
        Run run = run(arguments("--device", "emulator", "--cell", "lstm", "--out", report.toString()));
        assertEquals(0, run.status, run.out + run.err);
        assertTrue(run.out.contains(GpuReport.WARNING), run.out);
        assertTrue(run.out.contains("cudnn: it runs on a GPU only."), "who is absent, and why: " + run.out);
        try (Stream<Path> files = Files.list(report)) {
            assertEquals(List.of("report.html", "report.md", "results.csv", "results.json"),
                    files.map(f -> f.getFileName().toString()).sorted().toList());
        }
        List<String> csv = Files.readAllLines(report.resolve("results.csv"));
        for (String contender : List.of("fp32,cuda,", "fp32,cuda A,", "fp32,cuda D,", "fp32,cpu,", "fp32,reference,", "bf16,cuda,")) {
            assertTrue(csv.stream().anyMatch(line -> line.contains("LSTM,training,2,4,3,4,1,false," + contender)), contender + csv);
        }
        String md = Files.readString(report.resolve("report.md"));
        assertTrue(md.contains("cudnn: it runs on a GPU only."), "who is absent, and why: " + md);
        assertTrue(md.contains("cublas: "), "also as the one who multiplies: " + md);
        for (String label : List.of("commit\" : \"", "cuBLAS\" : \"not loaded: ", "cuDNN\" : \"not loaded: ")) {
            assertTrue(Files.readString(report.resolve("results.json")).contains("\"" + label), label);
        }
        assertTrue(Files.readString(report.resolve("report.html")).contains("how engine cuda runs it"), "a sweep over T");
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(golden, report), left.sorted().toList(), "nothing unfinished is left");
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only there is a device that is always full")
    void aFullDiskCostsTheReportAndNotTheResults() throws IOException {
        Emulated.requireKernels();
        Path report = folder.resolve("report");
        Path unfinished = Files.createDirectory(Reports.unfinished(report));
        Files.createSymbolicLink(unfinished.resolve("results.json"), Path.of("/dev/full"));
        Run run = run("--device", "emulator", "--shape", "1x1x1x1", "--kind", "forward", "--cell", "lstm", "--precision", "fp32",
                "--contender", "reference", "--out", report.toString());
        assertEquals(1, run.status, run.out + run.err);
        assertTrue(run.out.contains("LSTM 1x1x1x1 forward, fp32") && run.out.contains("verified") && !run.out.contains("Report: "), run.out);
        assertTrue(run.err.contains("bench/run: the report cannot be written to " + report + ": ") && run.err.contains("No space left on device"),
                run.err);
        assertFalse(Files.exists(report) || Files.exists(unfinished), "nothing half-written");
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only there is a device that is always full")
    void anAttestationThatCannotBeWrittenLeavesNoHalf() throws IOException {
        assumeNoGpu();
        Attestation attestation = new Attestation(folder.resolve("run"), Watchdog.none());
        Path unfinished = Files.createSymbolicLink(folder.resolve(".gateloom-attest-run.zip.unfinished"), Path.of("/dev/full"));
        String why = assertThrows(IOException.class, () -> attestation.run(List.of(), out -> true)).getMessage();
        assertTrue(why.startsWith("the attestation cannot be written to " + attestation.zip() + ": ") && why.contains("No space left on device"),
                why);
        assertFalse(Files.exists(unfinished, LinkOption.NOFOLLOW_LINKS));
        assertFalse(Files.exists(attestation.zip()));
    }

    /** The vectors that passed until then are worth the zip file. */
    @Test
    void aBenchmarkThatRunsOutOfHostMemoryIsPackedAllTheSame() throws IOException {
        assumeNoGpu();
        Attestation attestation = new Attestation(folder.resolve("run"), Watchdog.none());
        assertFalse(attestation.run(List.of(), out -> {
            throw new OutOfMemoryError("Java heap space");
        }));
        Map<String, String> entries = read(attestation.zip());
        assertTrue(entries.get("log.txt").contains("java.lang.OutOfMemoryError: Java heap space"), entries.get("log.txt"));
        assertTrue(entries.get("golden.csv").contains("\nreference,"), entries.get("golden.csv"));
    }

    @Test
    void builtInCasesHaveEveryKind() throws IOException {
        Emulated.requireKernels();
        Path report = folder.resolve("report");
        Run run = run("--device", "emulator", "--precision", "fp32", "--cell", "gru", "--contender", "cuda", "--out", report.toString());
        assertEquals(0, run.status, run.out + run.err);
        for (String title : List.of("forward,", "training,", "step,", "2 layers", "ragged")) {
            assertTrue(run.out.contains(title), title + " in " + run.out);
        }
        assertFalse(run.out.contains("reference  "), "only contenders that were asked for: " + run.out);
    }

    @Test
    void attestationPacksGoldenVectorsResultsEnvironmentAndLog() throws IOException {
        Emulated.requireKernels();
        Run run = run(arguments("--device", "emulator", "--attest", "--cell", "gru", "--kind", "forward", "--out",
                folder.resolve("run").toString()));
        assertEquals(0, run.status, run.out + run.err);
        Path zip = folder.resolve("gateloom-attest-run.zip");
        List<String> lines = run.out.lines().toList();
        assertEquals("Attestation: " + zip, lines.get(lines.size() - 2));
        assertTrue(lines.get(lines.size() - 1).contains("attach it to an issue"), run.out);
        Map<String, String> entries = read(zip);
        assertEquals(List.of("environment.csv", "golden.csv", "info.json", "log.txt", "benchmark/report.html", "benchmark/report.md",
                "benchmark/results.csv", "benchmark/results.json"), List.copyOf(entries.keySet()));
        assertTrue(entries.get("golden.csv").contains("cuda on the emulator,\"PTX emulator"), entries.get("golden.csv"));
        for (String precision : List.of("tf32", "bf16", "fp16")) {
            assertTrue(entries.get("log.txt").contains("cuda on the emulator, " + precision + ": 1 of 1 golden vectors pass\n"), entries.get("log.txt"));
        }
        assertTrue(entries.get("golden.csv").contains("\ncpu,") && entries.get("golden.csv").contains("\nreference,"));
        assertTrue(entries.get("log.txt").contains("reference: 1 of 1 golden vectors pass"), entries.get("log.txt"));
        assertTrue(entries.get("log.txt").contains("GRU 2x4x3x4 forward"), entries.get("log.txt"));
        assertNoPaths(entries);
        assertTrue(entries.get("environment.csv").contains("\ncommit,"), entries.get("environment.csv"));
        assertTrue(entries.get("info.json").contains("\"libraries\" : [ {"), entries.get("info.json"));
        assertTrue(entries.get("benchmark/report.md").contains("--kind forward") && !entries.get("benchmark/report.md").contains("--out"),
                "what was typed, but for a place: " + entries.get("benchmark/report.md"));
    }

    /** The time of an owner of a GPU is not lost with the end of a run. */
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there a process is ended without a word")
    void whatWasMeasuredBeforeTheRunWasBrokenOffIsPacked() throws Exception {
        Emulated.requireKernels();
        Process java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules",
                "jdk.incubator.vector", "-D" + GoldenRun.FOLDERS + "=" + golden, "-cp", System.getProperty("java.class.path"),
                GpuMain.class.getName(), "--device", "emulator", "--attest", "--contender", "cuda D", "--out",
                folder.resolve("run").toString()).redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile()).start();
        Path rows = Reports.unfinished(folder.resolve("run")).resolve("results.csv");
        while (java.isAlive() && !Files.exists(rows)) {
            Thread.sleep(10);
        }
        java.destroy();
        java.waitFor();
        Path zip = folder.resolve("gateloom-attest-run.zip");
        String out = Files.readString(folder.resolve("out"));
        assertTrue(out.contains("did not come to its end: " + zip), out);
        Map<String, String> entries = read(zip);
        assertTrue(entries.get("benchmark/results.csv").lines().count() > 1, entries.get("benchmark/results.csv"));
        assertTrue(entries.get("benchmark/running.txt").contains(" cuda D on LSTM 2x3x5x8 forward, fp32\n"), entries.get("benchmark/running.txt"));
        assertTrue(entries.get("golden.csv").contains("\nreference,") && entries.get("log.txt").contains("golden vectors pass"));
        assertNoPaths(entries);
        assertFalse(Files.exists(rows.getParent()), "it is in the zip");
    }

    @Test
    void attestationGoesOnWithoutAGpu() throws IOException {
        assumeNoGpu();
        Run run = run("--attest", "--shape", "2x3x4x5", "--cell", "lstm", "--kind", "forward", "--contender", "reference",
                "--seconds", "0.05", "--out", folder.resolve("run").toString());
        assertEquals(0, run.status, run.out + run.err);
        Map<String, String> entries = read(folder.resolve("gateloom-attest-run.zip"));
        assertTrue(entries.get("benchmark/jmh.json").contains("rawData"), entries.get("benchmark/jmh.json"));
        assertNoPaths(entries);
        assertTrue(entries.get("log.txt").contains("LSTM 2x3x4x5 forward"), "the other suite's lines too: " + entries.get("log.txt"));
    }

    @Test
    void attestationWithAWrongVectorFailsAndIsWrittenAllTheSame() throws IOException {
        assumeNoGpu();
        Path vector;
        try (Stream<Path> files = Files.list(golden)) {
            vector = files.findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(vector);
        bytes[bytes.length - 1] ^= 0x40;        // the exponent of the last number
        Files.write(vector, bytes);
        Run run = run("--attest", "--shape", "1x1x1x1", "--cell", "lstm", "--kind", "forward", "--contender", "reference",
                "--seconds", "0.05", "--out", folder.resolve("run").toString());
        assertEquals(1, run.status, run.out + run.err);
        assertTrue(run.out.contains("reference: 0 of 1 golden vectors pass; FAILED: "), run.out);
        assertTrue(run.out.contains("it also shows what FAILED above"), run.out);
        assertTrue(Files.exists(folder.resolve("gateloom-attest-run.zip")));
    }

    /** Where things are on somebody's disk is nobody's business. */
    private void assertNoPaths(Map<String, String> entries) {
        entries.forEach((name, text) -> {
            for (String path : List.of(folder.toString(), System.getProperty("user.home") + "/", System.getProperty("user.dir"), System.getProperty("java.home"))) {
                assertFalse(text.contains(path), () -> name + " says " + path);
            }
        });
    }

    private static void assumeNoGpu() {
        assumeTrue(dev.gateloom.Engines.list().stream().noneMatch(e -> e.name().equals("cuda") && e.ready()), "this machine has a GPU");
    }

    private static String[] arguments(String... more) {
        return Stream.concat(SMALL.stream(), Stream.of(more)).toArray(String[]::new);
    }

    private static Map<String, String> read(Path zip) throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip), StandardCharsets.UTF_8)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return entries;
    }

    private static Run run(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream capturedOut = new ByteArrayOutputStream();
        ByteArrayOutputStream capturedErr = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(capturedOut, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(capturedErr, true, StandardCharsets.UTF_8));
            int status = GpuMain.run(arguments);
            return new Run(status, capturedOut.toString(StandardCharsets.UTF_8), capturedErr.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }
}
