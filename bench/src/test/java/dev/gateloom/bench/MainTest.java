package dev.gateloom.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.bench.report.Reports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line, from the outside: exit statuses, messages, files. */
class MainTest {
    @TempDir
    private Path folder;

    private record Run(int status, String out, String err) {
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "--shape 1x2x3; --shape; got \"1x2x3\"",
        "--shape S9; S1 to S5; got \"S9\"",
        "--shape 4..2x1x1x1; end is not below its start; 4..2",
        "--shape S2 --shape 1x1x1x40000; --shape; 1x1x1x40000 is too large: hiddenSize",
        "--shape 100000x100000x1x1; --shape; 100000x100000x1x1 is too large: x: expected at most 2^31 elements",
        "--cell rnn_tanh; --cell; expected lstm or gru",
        "--cell elephant; --cell; elephant",
        "--kind sideways; --kind; sideways",
        "--engine elephant; --engine; elephant",
        "--engine cpu@0; at least one thread; cpu@0",
        "--rivals elephant; --rivals; elephant",
        "--rounds 0; --rounds; got 0",
        "--rounds x; --rounds; x",
        "--seconds 0; --seconds; got 0",
        "--seconds NaN; --seconds; NaN",
        "--device cuda; --device cuda; suite of the GPU",
        "--attest; --attest; suite of the GPU",
        "--compare nowhere.json; no file; nowhere.json",
        "--models --kind step; --models; without --kind",
        "--models --rounds 0; --rounds; got 0",
        "--frobnicate; --frobnicate; Unknown option",
        "stray; stray; argument"})
    void badArgumentIsOneClearLineAndStatus2(String arguments, String first, String second) {
        Run run = run(arguments.split(" "));
        assertEquals(2, run.status, run.err);
        assertTrue(run.err.contains(first) && run.err.contains(second), run.err);
        assertEquals(2, run.err.lines().count(), "the message and the hint: " + run.err);
        assertTrue(run.err.contains("bench/run --help"), run.err);
        assertEquals("", run.out, "nothing was started");
    }

    @Test
    void existingFolderIsNotOverwritten() {
        Run run = run("--out", folder.toString());
        assertEquals(2, run.status);
        assertTrue(run.err.contains("--out") && run.err.contains(folder.toString()), run.err);
    }

    @Test
    void olderRunThatIsNoneIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("old.json"), "{\"a\": [1");
        Run run = run("--compare", file.toString());
        assertEquals(2, run.status);
        assertTrue(run.err.contains("expected the jmh.json of an older run"), run.err);
        Files.writeString(file, "[]");
        assertTrue(run("--compare", file.toString()).err.contains("has no results"));
    }

    @Test
    void helpListsEveryOption() {
        Run run = run("--help");
        assertEquals(0, run.status);
        for (String option : List.of("--device", "--attest", "--full", "--rivals", "--models", "--shape", "--cell", "--kind", "--engine", "--rounds",
                "--seconds", "--no-job", "--compare", "--out", "--help", "Exit status")) {
            assertTrue(run.out.contains(option), option);
        }
    }

    /** A whole run with real forks, then a second one that is compared with the first. */
    @Test
    void smallRunWritesEveryFile() throws IOException {
        Path first = folder.resolve("first");
        Run run = run("--shape", "2x3x4x5", "--kind", "training", "--seconds", "0.05", "--no-job", "--engine", "cpu",
                "--engine", "reference", "--rounds", "2", "--out", first.toString());
        assertEquals(0, run.status, run.out + run.err);
        assertTrue(run.out.contains("LSTM 2x3x4x5 training") && run.out.contains("× reference"), run.out);
        assertTrue(run.err.contains("round 2 of 2"), run.err);
        for (String file : List.of("report.html", "report.md", "results.csv", "jmh.json")) {
            assertTrue(Files.size(first.resolve(file)) > 100, file);
        }
        assertEquals(1 + 4, Files.readAllLines(first.resolve("results.csv")).size());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(first), left.toList(), "nothing unfinished is left");
        }
        Run second = run("--shape", "2x3x4x5", "--kind", "training", "--cell", "gru", "--seconds", "0.05", "--no-job",
                "--engine", "cpu", "--compare", first.resolve("jmh.json").toString(), "--out",
                folder.resolve("second").toString());
        assertEquals(0, second.status, second.err);
        assertTrue(second.out.contains("Compared with the older run:") && second.out.contains("speed-up"), second.out);
        assertFalse(second.out.contains("× reference"), "the reference was not asked for");
        assertFalse(second.out.contains("--compare"), second.out);
        Run third = run("--shape", "2x3x4x6", "--kind", "training", "--cell", "gru", "--seconds", "0.05", "--no-job",
                "--engine", "cpu", "--compare", first.resolve("jmh.json").toString(), "--out",
                folder.resolve("third").toString());
        String nothing = "--compare: the older run has none of these cases.";
        assertTrue(third.out.contains(nothing), third.out);
        assertTrue(Files.readString(folder.resolve("third/report.md")).contains(nothing));
    }

    /** Ctrl-C in the middle of the forks, after something of a report was written. */
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a process can only be killed there")
    void interruptedRunLeavesNothing() throws Exception {
        Path report = folder.resolve("report");
        Path unfinished = Files.createDirectory(Reports.unfinished(report));
        Files.writeString(unfinished.resolve("report.md"), "half");
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules", "jdk.incubator.vector", "-Djava.io.tmpdir=" + temporary, "-cp",
                System.getProperty("java.class.path"), Main.class.getName(), "--shape", "2x3x4x5", "--engine", "cpu", "--seconds",
                "0.05", "--rounds", "100", "--no-job", "--out", report.toString()).redirectError(folder.resolve("err").toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!Files.readString(folder.resolve("err")).contains("round 2 of 100") && process.isAlive()
                && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        assertTrue(process.isAlive(), "still measuring: " + Files.readString(folder.resolve("err")));
        List<ProcessHandle> forks = process.descendants().toList();
        process.destroy();
        assertTrue(process.waitFor(1, TimeUnit.MINUTES), "ends");
        for (ProcessHandle fork : forks) {
            fork.onExit().get(1, TimeUnit.MINUTES);
        }
        assertFalse(Files.exists(report), "the report");
        assertFalse(Files.exists(unfinished), "the unfinished report");
        try (Stream<Path> left = Files.list(temporary)) {
            assertEquals(List.of(), left.filter(f -> f.getFileName().toString().startsWith("gateloom")).toList());
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only there is a device that is always full")
    void aFullDiskCostsTheReportAndNotTheResults() throws IOException {
        Path report = folder.resolve("report");
        Path unfinished = Files.createDirectory(Reports.unfinished(report));
        Files.createSymbolicLink(unfinished.resolve("results.csv"), Path.of("/dev/full"));
        Run run = run("--shape", "2x3x4x5", "--kind", "forward", "--cell", "lstm", "--seconds", "0.05", "--no-job", "--engine", "cpu", "--rounds",
                "1", "--out", report.toString());
        assertEquals(1, run.status, run.out + run.err);
        assertTrue(run.out.contains("LSTM 2x3x4x5 forward") && !run.out.contains("Report: "), run.out);
        assertTrue(run.err.contains("bench/run: the report cannot be written to " + report + ": ") && run.err.contains("No space left on device")
                && !run.err.contains("\tat "), run.err);
        assertFalse(Files.exists(report) || Files.exists(unfinished), "nothing half-written");
    }

    /** The same of the models. */
    @Test
    void smallRunOfTheModelsWritesEveryFile() throws IOException {
        Path to = folder.resolve("models");
        Run run = run("--models", "--shape", "2x3x4x5", "--seconds", "0.02", "--rounds", "1", "--engine", "cpu", "--out",
                to.toString());
        assertEquals(0, run.status, run.out + run.err);
        assertTrue(run.out.contains("character model 2x3x4x5") && run.out.contains("than the bare engine"), run.out);
        for (String file : List.of("report.html", "report.md", "jmh.json")) {
            assertTrue(Files.size(to.resolve(file)) > 100, file);
        }
    }

    private static Run run(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream capturedOut = new ByteArrayOutputStream();
        ByteArrayOutputStream capturedErr = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(capturedOut, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(capturedErr, true, StandardCharsets.UTF_8));
            int status = Main.run(arguments);
            return new Run(status, capturedOut.toString(StandardCharsets.UTF_8),
                    capturedErr.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }
}
