package dev.gateloom.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gateloom.kernels.Kernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileCommandTest {
    private static final String SHAPE = "2x3x5x7";
    private static final String OPTIONS = "bias=true|false, candidateDropout=RATE, cellClip=LIMIT, dropConnect=RATE, dropout=RATE, "
            + "layerNorm=NONE|STANDARD|CARRY_NORMALIZED, peephole=true|false, projSize=N, recurrentDropout=RATE, "
            + "resetAfter=true|false, zoneout=RATE_H,RATE_C";

    @TempDir
    Path folder;

    /** Where the kernels are built. */
    @Nested
    class OnTheEmulator {
        @BeforeEach
        void kernels() {
            assumeTrue(Kernels.obstacle().isEmpty(), "the kernels are not built on this platform");
        }

        @Test
        void textHasAllFiguresAndSaysThatTimesAreEstimates() {
            Run run = Run.of("profile", "--cell", "lstm", "--shape", SHAPE, "--strategy", "d");
            assertEquals(0, run.status(), run::toString);
            assertEquals("", run.err());
            assertTrue(run.out().startsWith("LSTM 2x3x5x7 (B x T x I x H), 1 layer, training, fp32\n"
                    + "PTX emulator (sm_90); estimates for NVIDIA H100 SXM5 80 GB\n"
                    + "forward: strategy D, as asked\nbackward: strategy D, as asked\n\nkernel "), run.out());
            for (String part : List.of("\nlstm_forward ", "\nlstm_backward ", "\nsgemm_", "\ntotal ", " estimate us", " float32",
                    "estimate: no measurement", "no GPU was involved")) {
                assertTrue(run.out().contains(part), part + " in:\n" + run.out());
            }
        }

        /** By the planner's choice unless another is asked for; tensor cores if they are. */
        @Test
        void precisionAndStrategyDecideWhichKernelsRun() {
            Run planned = Run.of("profile", "--cell", "gru", "--shape", SHAPE);
            assertTrue(planned.out().contains("\nforward: strategy A, 1 x 1 blocks of 7 units, "), planned.out());
            assertTrue(planned.out().contains("\ngru_sequence_forward_4 "), planned.out());
            Run forced = Run.of("profile", "--cell", "gru", "--shape", SHAPE, "--strategy", "c", "--pass", "forward");
            assertTrue(forced.out().contains("\nforward: strategy C, 2 x 1 blocks of 4 units, "), forced.out());
            Run halves = Run.of("profile", "--cell", "gru", "--shape", SHAPE, "--precision", "bf16", "--pass", "forward");
            assertEquals(0, halves.status(), halves::toString);
            assertTrue(halves.out().contains(", bf16\n") && halves.out().contains(" 66.9 TFLOP/s,\non matrix units 989.4, times"), halves.out());
            assertTrue(halves.out().contains("\ngemm_nt_thin_bf16") || halves.out().contains("_bf16 "), halves.out());
        }

        @Test
        void rareOptionsRunTheirKernels() {
            Run run = Run.of("profile", "--cell", "lstm", "--shape", SHAPE, "--option", "layerNorm=STANDARD", "--option",
                    "zoneout=0.1,0.2");
            assertEquals(0, run.status(), run::toString);
            assertTrue(run.out().startsWith("LSTM 2x3x5x7 (B x T x I x H), 1 layer, layerNorm=STANDARD, zoneout=0.1,0.2, "
                    + "training, fp32\n"), run.out());
            for (String kernel : List.of("layer_norm_backward", "lstm_general_gates", "zoneout_forward")) {
                assertTrue(run.out().contains("\n" + kernel + " "), kernel + " in:\n" + run.out());
            }
        }

        /** A step of each of T kernels, of one block; FLOPs of products at least those of the matrices. */
        @Test
        void csvHasALineForEachKernelAndGeometry() {
            List<Map<String, String>> rows = csv("gru", "--pass", "forward", "--layers", "2", "--bidirectional", "--gpu", "t4", "--strategy", "d");
            assertEquals(rows.size(), new HashSet<>(rows.stream().map(r -> r.get("kernel") + r.get("grid") + r.get("block"))
                    .toList()).size());
            Map<String, String> gates = rows.stream().filter(r -> r.get("kernel").equals("gru_forward")).findFirst().orElseThrow();
            assertEquals("gru", gates.get("cell"));
            assertEquals("fp32", gates.get("precision"));
            assertEquals("D", gates.get("strategy"));
            assertEquals("\"forward: strategy D, as asked\"", gates.get("strategy_reason"));
            assertEquals("\"PTX emulator (sm_75)\"", gates.get("device"));
            assertEquals("\"NVIDIA T4\"", gates.get("estimates_for"));
            assertEquals(3 * 2 * 2, number(gates, "launches"));
            assertEquals(rows(gates, "shared_passes", "bank_conflicts"), List.of(0L, 0L));
            assertTrue(rows.stream().noneMatch(r -> r.get("kernel").contains("backward")), rows.toString());

            double products = rows.stream().filter(r -> r.get("kernel").startsWith("sgemm")).mapToLong(r -> number(r, "flops")).sum();
            double least = 2 * (2.0 * 2 * 3 * 3 * 7 * (5 + 7));     // first layer, both directions
            assertTrue(products >= least, products + " of at least " + least);
            for (Map<String, String> row : rows) {
                long sum = row.entrySet().stream().filter(e -> e.getKey().startsWith("instructions_"))
                        .mapToLong(e -> Long.parseLong(e.getValue())).sum();
                assertEquals(number(row, "warp_instructions"), sum);
                assertTrue(number(row, "distinct_bytes") > 0 && number(row, "distinct_bytes") <= number(row, "sector_bytes"),
                        row.toString());
                double estimate = Double.parseDouble(row.get("estimated_us"));
                assertEquals(Math.max(Double.parseDouble(row.get("estimated_arithmetic_us")),
                        Double.parseDouble(row.get("estimated_memory_us"))), estimate);
                assertTrue(estimate > 0, row.toString());
            }
        }

        /** A GPU without clusters does not run strategy B. */
        @Test
        void csvSaysWhichStrategyRanInsteadAndWhy() {
            for (Map<String, String> row : csv("lstm", "--gpu", "a100", "--strategy", "b")) {
                assertEquals("D+D", row.get("strategy"));
                assertEquals("\"forward: strategy D, not B: sm_80 has no clusters; backward: strategy D, not B: sm_80 has no clusters\"",
                        row.get("strategy_reason"));
            }
        }

        /** Nothing depends on the machine or on the clock. */
        @Test
        void countsAreRepeatable() {
            assertEquals(csv("rnn-relu"), csv("rnn-relu"));
        }

        @Test
        void jsonHasTheSameFigures() throws IOException {
            Path file = folder.resolve("profile.json");
            Run run = Run.of("profile", "--cell", "rnn-tanh", "--shape", SHAPE, "--format", "json", "--output", file);
            assertEquals(0, run.status(), run::toString);
            assertEquals("", run.out());
            JsonNode json = new ObjectMapper().readTree(Files.readString(file));
            assertEquals(7, json.get("hidden_size").intValue());
            assertEquals("fp32", json.get("precision").textValue());
            assertEquals(132, json.get("estimates_for").get("multiprocessors").intValue());
            List<Map<String, String>> rows = csv("rnn-tanh");
            assertEquals("A+A", rows.get(0).get("strategy"));
            assertEquals(rows.size(), json.get("kernels").size());
            for (int n = 0; n < rows.size(); n++) {
                JsonNode kernel = json.get("kernels").get(n);
                assertEquals(rows.get(n).get("kernel"), kernel.get("kernel").textValue());
                for (String figure : List.of("launches", "flops", "requests", "registers", "instructions_float32")) {
                    assertEquals(number(rows.get(n), figure), kernel.get(figure).longValue(), figure);
                }
            }
        }

        @Test
        void whatAGpuLacksIsSaid() {
            Run run = Run.of("profile", "--cell", "lstm", "--shape", SHAPE, "--precision", "bf16", "--gpu", "t4");
            assertEquals(2, run.status());
            assertTrue(run.err().startsWith("gateloom profile: --precision: engine cuda: BF16 needs tensor cores of compute "
                    + "capability 8.0 or later"), run.err());
        }

        @Test
        void whatDoesNotFitIsSaid() {
            Run run = Run.of("profile", "--cell", "lstm", "--shape", "60000x60000x1x1");
            assertEquals(2, run.status());
            assertEquals(1, run.err().lines().count(), run.err());
            assertTrue(run.err().startsWith("gateloom profile: --shape"), run.err());
        }

        private List<Map<String, String>> csv(String cell, String... more) {
            List<Object> arguments = new ArrayList<>(List.of("profile", "--format", "csv", "--shape", SHAPE, "--cell", cell));
            arguments.addAll(List.of(more));
            Run run = Run.of(arguments.toArray());
            assertEquals(0, run.status(), run::toString);
            List<String> lines = run.out().lines().toList();
            String[] names = lines.get(0).split(",");
            List<Map<String, String>> rows = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                String[] values = line.split(",(?=([^\"]*\"[^\"]*\")*[^\"]*$)");      // none in quotes
                assertEquals(names.length, values.length, line);
                Map<String, String> row = new HashMap<>();
                for (int i = 0; i < names.length; i++) {
                    row.put(names[i], values[i]);
                }
                rows.add(row);
            }
            assertFalse(rows.isEmpty());
            return rows;
        }

        private long number(Map<String, String> row, String name) {
            return Long.parseLong(row.get(name));
        }

        private List<Long> rows(Map<String, String> row, String... names) {
            return List.of(names).stream().map(name -> number(row, name)).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"32x50x128", "32x50x128x256x1", "0x50x128x256", "32x50x-1x256", "ax1x1x1", "", "1x1x1x99999999999"})
    void aWrongShapeGetsOneLine(String shape) {
        assertWrong("--shape: expected four whole numbers of at least 1 (I may be 0) as BxTxIxH, such as 32x50x128x256, got "
                + shape, "--cell", "lstm", "--shape", shape);
    }

    @Test
    void theHelpNamesTheOptionsAndTheirValues() {
        String help = Run.of("profile", "--help").out().replaceAll("\\s+", "");        // wherever it breaks its lines
        assertTrue(help.contains(OPTIONS.replace(" ", "")), help);
    }

    @Test
    void otherWrongArgumentsGetOneLineToo() {
        String[] sizes = {"--cell", "lstm", "--shape", SHAPE};
        assertWrong("--cell: expected one of lstm, gru, rnn-tanh, rnn-relu, got cnn", "--cell", "cnn", "--shape", SHAPE);
        assertWrong("--pass: expected forward or training, got backward", with(sizes, "--pass", "backward"));
        assertWrong("--gpu: expected one of t4, a100, rtx4090, h100, b200, got k80", with(sizes, "--gpu", "k80"));
        assertWrong("--format: expected one of text, csv, json, got xml", with(sizes, "--format", "xml"));
        assertWrong("--precision: expected one of fp32, tf32, bf16, fp16, got fp8", with(sizes, "--precision", "fp8"));
        assertWrong("--strategy: expected one of a, b, c, d, got e", with(sizes, "--strategy", "e"));
        assertWrong("--layers: expected at least 1, got 0", with(sizes, "--layers", "0"));
        assertWrong("--option: expected one of " + OPTIONS + ", got speed=1", with(sizes, "--option", "speed=1"));
        assertWrong("--option: expected one of " + OPTIONS + ", got peephole", with(sizes, "--option", "peephole"));
        assertWrong("--option: layerNorm=FAST: expected one of NONE, STANDARD, CARRY_NORMALIZED",
                with(sizes, "--option", "layerNorm=FAST"));
        assertWrong("--option: dropout=some: expected a number, such as 0.1", with(sizes, "--option", "dropout=some"));
        assertWrong("--option: projSize=0.5: expected a whole number, such as 64", with(sizes, "--option", "projSize=0.5"));
        assertWrong("--option: peephole=1: expected true or false", with(sizes, "--option", "peephole=1"));
        assertWrong("--option: zoneout=0.1: expected the rates of h and c, such as zoneout=0.1,0.2",
                with(sizes, "--option", "zoneout=0.1"));
        assertWrong("--option: resetAfter(false): expected an option of GRU, got cell LSTM",
                with(sizes, "--option", "resetAfter=false"));
        assertWrong("--gpu: estimates need the emulator's counts: leave it out, or use --device emulator",
                with(sizes, "--device", "cuda", "--gpu", "a100"));
        assertWrong("Missing required option: '--shape=BxTxIxH'", "--cell", "lstm");
    }

    @Test
    void anOutputThatCannotBeIsFoundBeforeTheWork() {
        assumeTrue(Kernels.obstacle().isEmpty(), "the kernels are not built on this platform");
        Path nowhere = folder.resolve("no/such/folder.csv");
        assertWrong("--output: expected a file in a folder that exists, got " + nowhere, "--cell", "lstm", "--shape", SHAPE,
                "--output", nowhere.toString());
    }

    private static String[] with(String[] arguments, String... more) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static void assertWrong(String message, String... arguments) {
        List<Object> all = new ArrayList<>(List.of("profile"));
        all.addAll(List.of(arguments));
        Run run = Run.of(all.toArray());
        assertEquals("gateloom profile: " + message + " (see gateloom profile --help)" + System.lineSeparator(), run.err());
        assertEquals("", run.out());
        assertEquals(2, run.status());
    }
}
