package dev.gateloom.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gateloom.golden.GoldenFiles;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GateloomTest {

    @Test
    void helpIsComplete() {
        Run help = Run.of("--help");
        assertEquals(0, help.status());
        for (String part : List.of("info", "verify", "profile", "examples", "forecast", "--version", "Exit status:", "70")) {
            assertTrue(help.out().contains(part), help.out());
        }
        Run verify = Run.of("verify", "--help");
        assertEquals(0, verify.status());
        for (String part : List.of("--engine=NAME", "--device=NAME", "FILE|DIR", "Exit status:", "rtol * max(M, 1e-3)")) {
            assertTrue(verify.out().contains(part), verify.out());
        }
        assertEquals(0, Run.of("info", "--help").status());
        assertTrue(Run.of("examples", "run", "--version").out().startsWith("gateloom "));
        assertTrue(Run.of("forecast", "--version").out().startsWith("gateloom "));
        assertTrue(Run.of("--version").out().startsWith("gateloom "));
        assertTrue(Run.of("verify", "--version").out().startsWith("gateloom "));
    }

    @Test
    void wrongArgumentsGetOneLine() {
        assertWrong("gateloom: a command is missing: expected one of info, verify, profile, examples, forecast (see gateloom --help)");
        assertWrong("gateloom: expected one of the commands info, verify, profile, examples, forecast, got train (see gateloom --help)",
                "train", "--fast");
        assertWrong("gateloom examples: expected one of the commands run, ask, got weather (see gateloom examples --help)",
                "examples", "weather");
        assertWrong("gateloom examples: Unknown option: '--fast' (see gateloom examples --help)", "examples", "--fast");
        assertWrong("gateloom info: Unmatched argument at index 1: 'x' (see gateloom info --help)", "info", "x");
        assertWrong("gateloom verify: Missing required parameter: 'FILE|DIR' (see gateloom verify --help)", "verify");
        assertWrong("gateloom verify: Unknown option: '--fast' (see gateloom verify --help)", "verify", "--fast", "a");
        assertWrong("gateloom verify: no/such/file: no such file or folder (see gateloom verify --help)",
                "verify", "no/such/file");
    }

    private static void assertWrong(String line, String... arguments) {
        Run run = Run.of((Object[]) arguments);
        assertEquals(line + System.lineSeparator(), run.err());
        assertEquals("", run.out());
        assertEquals(2, run.status());
    }

    /** One line says what is in the way, wherever a GPU is asked for. */
    @Test
    void aMissingGpuIsExplained() {
        Optional<String> obstacle = Devices.obstacles().get("cuda");
        assumeTrue(obstacle.isPresent(), "this machine has a GPU");
        String why = ": --device cuda: " + obstacle.get() + " (see gateloom ";
        for (String[] command : new String[][] {{"info"}, {"verify", GoldenFiles.SMALL.toString()},
            {"profile", "--cell", "lstm", "--shape", "1x1x1x1"}}) {
            String[] arguments = Arrays.copyOf(command, command.length + 2);
            arguments[command.length] = "--device";
            arguments[command.length + 1] = "cuda";
            Run run = Run.of((Object[]) arguments);
            assertEquals(2, run.status());
            assertEquals(1, run.err().lines().count(), run.err());
            assertTrue(run.err().contains(why), run.err());
        }
    }
}
