package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ExamplesCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    private int run(String... args) {
        return new CommandLine(new ExamplesCommand()).setOut(new PrintWriter(out)).setErr(new PrintWriter(err))
                .execute(args);
    }

    @Test
    void listsEveryExample() {
        assertEquals(0, run());
        for (Example example : Examples.ALL) {
            assertTrue(out.toString().lines().anyMatch(l -> l.startsWith(example.name() + " ")
                    && l.endsWith(" " + example.summary())), example.name() + " in:\n" + out);
            assertTrue(example.name().matches("[a-z][a-z-]*"), example.name());
        }
        assertEquals(Examples.ALL.size(), Examples.names().stream().distinct().count());
    }

    /** Some draw nothing. */
    @Test
    void promisesPicturesToNobody() {
        assertEquals(0, run("run", "--help"));
        assertTrue(out.toString().replaceAll("\\s+", " ").contains("save its models, and pictures if it draws some."), out::toString);
        assertFalse(out.toString().contains("models and pictures"), out::toString);
    }

    @Test
    void printsScoresBesideBaselinesAndSavesTheModel() throws Exception {
        assertEquals(0, run("run", "alphabet", "--epochs", "1", "--seed", "7", "--seeds", "2", "--engine", "cpu", "--out",
                folder.toString()), err::toString);
        for (String part : List.of("alphabet: ", "engine cpu, epochs 1, seed 7 to 8", "higher is better; mean ± standard deviation, then each seed",
                "stateful LSTM", "to beat:", "stateless LSTM", "every baseline.", " s; what it saved is in " + folder.resolve("alphabet").toString())) {
            assertTrue(out.toString().contains(part), part + " in:\n" + out);
        }
        Matcher line = Pattern.compile("stateful LSTM +([0-9.]+) ± ([0-9.]+)   \\(([0-9.]+), ([0-9.]+)\\)").matcher(out.toString());
        assertTrue(line.find(), out::toString);
        double one = Double.parseDouble(line.group(3));
        double other = Double.parseDouble(line.group(4));
        assertEquals((one + other) / 2, Double.parseDouble(line.group(1)), 1.001e-3);
        assertEquals(Math.abs(one - other) / Math.sqrt(2), Double.parseDouble(line.group(2)), 1.3e-3, "of the sample");
        assertEquals(2, Pattern.compile("^seed [78], training [0-9.]+ s, data, scoring and files [0-9.]+ s$", Pattern.MULTILINE)
                .matcher(out.toString()).results().count(), out::toString);
        for (String seed : List.of("seed-7", "seed-8")) {
            assertTrue(Files.size(folder.resolve("alphabet").resolve(seed).resolve("stateful.safetensors")) > 10_000);
        }
    }

    @Test
    void wrongArgumentsGiveALineAndStatus2() throws Exception {
        assertWrong("NAME: expected one of " + Examples.names() + ", got abacus", "run", "abacus");
        assertWrong("--engine: name: expected one of [", "run", "alphabet", "--engine", "abacus");
        assertWrong("--epochs: expected at least 1, got 0", "run", "alphabet", "--epochs", "0");
        assertWrong("--seeds: expected at least 1, got 0", "run", "alphabet", "--seeds", "0");
        assertWrong("--data: alphabet generates its data, leave it out", "run", "alphabet", "--data", "x");
        Path file = Files.createFile(folder.resolve("file"));
        assertWrong("--out: expected a folder, got the file " + file, "run", "alphabet", "--out", file.toString());
        assertWrong("--out: expected a folder, got the file " + file, "run", "alphabet", "--out", file.resolve("in").toString());
        Files.createFile(folder.resolve("alphabet"));
        assertWrong("--out: expected a folder, got the file " + folder.resolve("alphabet"), "run", "alphabet", "--out",
                folder.toString());
    }

    /** A training that could not be saved does not begin, nor does the first of several. */
    @Test
    void aFolderThatCannotBeWrittenIsFoundBeforeTheTraining() throws Exception {
        Path second = Files.createFile(Files.createDirectories(folder.resolve("alphabet")).resolve("seed-2"));
        assertWrong("--out: expected a folder, got the file " + second, "run", "alphabet", "--epochs", "1", "--seeds", "2", "--engine",
                "cpu", "--out", folder.toString());
        assertFalse(out.toString().contains("training "), out::toString);
        Path nowhere = Path.of("/proc/gateloom");        // root, too, can make nothing there
        assumeTrue(Files.isDirectory(nowhere.getParent()), "this system has no /proc");
        assertWrong("--out: expected a folder that can be made and written to, got " + nowhere.resolve("alphabet/seed-1") + ": ",
                "run", "alphabet", "--epochs", "1", "--engine", "cpu", "--out", nowhere.toString());
        assertFalse(out.toString().contains("training "), out::toString);
    }

    private void assertWrong(String start, String... args) {
        err.getBuffer().setLength(0);
        assertEquals(2, run(args), err::toString);
        assertTrue(err.toString().startsWith(start), err.toString());
    }
}
