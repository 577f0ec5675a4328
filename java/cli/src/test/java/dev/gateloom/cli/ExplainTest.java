package dev.gateloom.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code profile --explain}: it needs neither kernels nor a device. */
class ExplainTest {
    @TempDir
    Path folder;

    @Test
    void textNamesTheChoiceAndEveryReason() {
        Run run = explain("--cell", "lstm", "--shape", "64x256x512x512");
        assertEquals(0, run.status(), run::toString);
        assertEquals("", run.err());
        assertTrue(run.out().startsWith("LSTM 64x256x512x512 (B x T x I x H), 1 layer, training, fp32\n"
                + "NVIDIA H100 SXM5 80 GB (sm_90, 132 multiprocessors, 1980 MHz)\n\nforward: C, estimated "), run.out());
        for (String part : List.of("\nbackward: C, estimated ", "\nall passes: ", "No measurement: a model",
                "\nA, a block keeps all of W_hh, for a tile of the batch: does not fit: ", " bytes needed in a block, ",
                "\nB, a cluster of blocks shares W_hh, for a tile of the batch: does not fit: ",
                "\nC, a resident grid shares W_hh, one copy for each group of the batch: the cheapest\n",
                "\nC, a resident grid shares W_hh, one copy for each group of the batch, by gathered gradients: the cheapest\n",
                "\nD, kernels of one step each, all steps in one graph: slower: ", " us against ")) {
            assertTrue(run.out().contains(part), part + " in:\n" + run.out());
        }
        Run halves = explain("--cell", "lstm", "--shape", "64x256x512x512", "--precision", "fp16");
        assertTrue(halves.out().contains("one copy for each group of the batch, by partial sums: the cheapest\n"), halves.out());
    }

    @Test
    void whatNoKernelCanDoYetIsSaid() {
        Run run = explain("--cell", "gru", "--shape", "1x1000x256x256", "--pass", "forward", "--precision", "tf32");
        assertEquals(0, run.status(), run::toString);
        assertTrue(run.out().contains("\nforward: D, estimated "), run.out());
        assertTrue(run.out().contains(": not implemented yet; it would be chosen\n"), run.out());
    }

    @Test
    void whatNoKernelOrMemoryCanDoGetsOneLine() {
        assertWrong("--precision: no kernel computes in bf16 on NVIDIA T4: sm_75 has no matrix units for bf16; take another precision or "
                + "GPU", "--explain", "--precision", "bf16", "--gpu", "t4");
        assertWrong("--shape: x: expected at most 2^31 elements in one array, got 18000000000", "--explain", "--shape", "60000x60000x5x1");
        assertWrong("--shape: y: expected at most 2^31 elements in one array, got 2147549184", "--explain", "--shape", "32768x32769x1x1",
                "--bidirectional");
        assertWrong("--shape: weights: expected at most 2^31 elements in one array, got 8384417792", "--explain", "--shape", "1x1x1x1024",
                "--layers", "1000");
        assertWrong("--shape: expected sizes that fit into the 16.0 GiB of the GPU, got at least 24.0 GiB", "--explain", "--gpu", "t4",
                "--shape", "1024x1024x1024x1024");
        assertEquals(0, explain("--cell", "lstm", "--shape", "1024x1024x1024x1024").status(), "an H100 holds it");
    }

    @Test
    void jsonHasTheSameFigures() throws IOException {
        Path file = folder.resolve("plan.json");
        Run run = explain("--cell", "lstm", "--shape", "64x256x512x512", "--gpu", "a100", "--format", "json", "--output", file);
        assertEquals(0, run.status(), run::toString);
        assertEquals("", run.out());
        JsonNode json = new ObjectMapper().readTree(Files.readString(file));
        assertEquals("lstm", json.get("cell").textValue());
        assertEquals("fp32", json.get("precision").textValue());
        assertEquals(80, json.get("architecture").intValue());
        assertEquals(2, json.get("passes").size());
        double sum = 0;
        for (JsonNode pass : json.get("passes")) {
            boolean forward = pass.get("pass").textValue().equals("forward");
            assertEquals(forward ? "C" : "D", pass.get("chosen").textValue());
            assertEquals(pass.get("chosen"), pass.get("preferred"), "what would be better on this GPU is there");
            assertEquals(4, pass.get("strategies").size());
            JsonNode cluster = pass.get("strategies").get(1);
            assertEquals("impossible", cluster.get("verdict").textValue());
            assertEquals("sm_80 has no clusters", cluster.get("reason").textValue());
            JsonNode grid = pass.get("strategies").get(2);
            assertEquals(forward ? "chosen" : "slower", grid.get("verdict").textValue());
            assertEquals(2, grid.get("launches_per_layer").intValue());
            assertTrue(grid.get("blocks").intValue() <= 108);
            assertEquals(2 * 256, pass.get("strategies").get(3).get("launches_per_layer").intValue());
            JsonNode chosen = pass.get("strategies").get(forward ? 2 : 3);
            assertEquals("chosen", chosen.get("verdict").textValue());
            double step = chosen.get("latency_us").doubleValue() + List.of("arithmetic_us", "shared_us", "exchange_us", "memory_us")
                    .stream().mapToDouble(part -> chosen.get(part).doubleValue()).max().orElseThrow();
            assertEquals(step, chosen.get("step_us").doubleValue(), 1e-9);
            assertEquals(256 * step + chosen.get("start_us").doubleValue() + chosen.get("products_us").doubleValue(),
                    chosen.get("estimated_us").doubleValue(), 1e-6);
            sum += chosen.get("estimated_us").doubleValue();
        }
        assertEquals(sum, json.get("estimated_us").doubleValue(), 1e-6);
    }

    /** Where half of the chip does not hold W_hh, a grid takes one direction; a step's kernels always do. */
    @ParameterizedTest
    @CsvSource({"lstm, 1x100x512x512, 2, C, 2, 2", "lstm, 1x100x1024x1024, 2, C, 1, 4", "rnn-tanh, 16x100x48x48, 0, A, 2, 1",
        "rnn-tanh, 16x100x48x48, 3, D, 1, 400"})
    void directionsOfALaunchAreShown(String cell, String shape, int place, String strategy, int directions, int launches)
            throws IOException {
        Object[] arguments = {"--cell", cell, "--shape", shape, "--bidirectional", "--pass", "forward"};
        Run text = explain(arguments);
        assertTrue(text.out().matches("(?s).*\n +directions +groups +rows .*\n" + strategy + " +" + directions + " +\\d+ .*"), text.out());
        List<Object> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--format", "json"));
        JsonNode member = new ObjectMapper().readTree(explain(all.toArray()).out()).get("passes").get(0).get("strategies").get(place);
        assertEquals(strategy, member.get("strategy").textValue());
        assertEquals(directions, member.get("directions").intValue());
        assertEquals(launches, member.get("launches_per_layer").intValue());
    }

    @Test
    void wrongArgumentsGetOneLine() {
        assertWrong("--precision: expected one of fp32, tf32, bf16, fp16, got fp8", "--explain", "--precision", "fp8");
        assertWrong("--strategy: with --explain it is the planner that chooses: leave it out", "--explain", "--strategy", "c");
        assertWrong("--format: expected text or json with --explain, got csv", "--explain", "--format", "csv");
        assertWrong("--gpu: expected one of t4, a100, rtx4090, h100, b200, got k80", "--explain", "--gpu", "k80");
    }

    private static Run explain(Object... arguments) {
        List<Object> all = new ArrayList<>(List.of("profile", "--explain"));
        all.addAll(List.of(arguments));
        return Run.of(all.toArray());
    }

    private static void assertWrong(String message, Object... arguments) {
        List<Object> all = new ArrayList<>(List.of("profile", "--cell", "lstm"));
        all.addAll(List.of(arguments));
        if (!all.contains("--shape")) {
            all.addAll(List.of("--shape", "2x3x5x7"));
        }
        Run run = Run.of(all.toArray());
        assertEquals("gateloom profile: " + message + " (see gateloom profile --help)" + System.lineSeparator(), run.err());
        assertEquals(2, run.status());
    }
}
