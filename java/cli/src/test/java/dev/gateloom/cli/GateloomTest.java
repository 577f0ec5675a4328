package dev.gateloom.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gateloom.Engines;
import dev.gateloom.golden.GoldenFiles;
import dev.gateloom.kernels.Kernels;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GateloomTest {

    @Test
    void helpIsComplete() {
        Run help = Run.of("--help");
        assertEquals(0, help.status());
        for (String part : List.of("info", "verify", "profile", "forecast", "--version", "Exit status:", "70")) {
            assertTrue(help.out().contains(part), help.out());
        }
        Run verify = Run.of("verify", "--help");
        assertEquals(0, verify.status());
        for (String part : List.of("--engine=NAME", "--device=NAME", "FILE|DIR", "Exit status:", "rtol * max(M, 1e-3)")) {
            assertTrue(verify.out().contains(part), verify.out());
        }
        assertEquals(0, Run.of("info", "--help").status());
        assertTrue(Run.of("forecast", "--version").out().startsWith("gateloom "));
        assertTrue(Run.of("--version").out().startsWith("gateloom "));
        assertTrue(Run.of("verify", "--version").out().startsWith("gateloom "));
    }

    @Test
    void wrongArgumentsGetOneLine() {
        assertWrong("gateloom: a command is missing: info, verify, profile or forecast (see gateloom --help)");
        assertWrong("gateloom: Unmatched argument at index 0: 'train' (see gateloom --help)", "train");
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

    @Test
    void infoShowsTheMachineAndEveryEngine() {
        Run info = Run.of("info");
        assertEquals(0, info.status());
        assertEquals("", info.err());
        for (String label : List.of("CPU ", "cores ", "SIMD ", "Java ", "system ", "GPU ")) {
            assertTrue(info.out().lines().anyMatch(l -> l.startsWith(label)), info.out());
        }
        for (Engines.Info engine : Engines.list()) {
            String state = engine.ready() ? "ready" : "not ready: " + engine.reason() + ". " + engine.mend();
            assertTrue(info.out().lines().anyMatch(l -> l.matches("  " + engine.name() + " +\\Q" + state + "\\E")),
                    info.out());
        }
        Devices.states().forEach((device, state) -> assertTrue(
                info.out().lines().anyMatch(l -> l.matches("  " + device + " +\\Q" + state + "\\E")), info.out()));
    }

    @Test
    void infoDescribesADevice() {
        assumeTrue(Kernels.obstacle().isEmpty(), "the kernels are not built on this platform");
        Run info = Run.of("info", "--device", "emulator");
        assertEquals(0, info.status());
        assertTrue(info.out().lines().anyMatch("  emulator  ready"::equals), info.out());
        assertTrue(info.out().contains("PTX emulator (sm_80)") && info.out().contains("  multiprocessors "), info.out());
        assertTrue(info.out().lines().anyMatch(l -> l.matches("  strategies +LSTM 1x1000x256x256 [A-D], [A-D]; LSTM .*")), info.out());
        Run unknown = Run.of("info", "--device", "abacus");
        assertEquals(2, unknown.status());
        assertEquals("gateloom info: --device: expected one of [cuda, emulator], got abacus (see gateloom info --help)"
                + System.lineSeparator(), unknown.err());
    }

    /** One line says what is in the way, wherever a GPU is asked for. */
    @Test
    void aMissingGpuIsExplained() {
        String state = Devices.states().get("cuda");
        assumeTrue(state.startsWith("not ready: "), "this machine has a GPU");
        String why = ": --device cuda: " + state.substring("not ready: ".length()) + " (see gateloom ";
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
