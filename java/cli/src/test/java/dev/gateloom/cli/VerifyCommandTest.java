package dev.gateloom.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gateloom.golden.GoldenFiles;
import dev.gateloom.kernels.Kernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyCommandTest {
    @TempDir
    Path folder;

    @Test
    void everyGoldenCasePasses() throws IOException {
        Run run = Run.of("verify", "--engine", "reference", GoldenFiles.FOLDER);
        assertEquals("", run.err());
        assertEquals(0, run.status());
        List<String> lines = run.out().lines().toList();
        assertTrue(lines.get(0).startsWith("engine reference: "), run.out());
        assertEquals("60 passed, 0 failed", lines.get(lines.size() - 1));
        assertEquals(60, lines.stream().filter(l -> l.matches("\\S+ +\\S+ +[01]\\.\\d{4}  pass")).count());
    }

    @Test
    void aWrongResultFails() throws IOException {
        Path wrong = GoldenFiles.changed(GoldenFiles.LSTM, folder.resolve("wrong.safetensors"),
                c -> c.values.get("grad.weight_hh_l0_reverse")[0] += 0.5f);
        Run run = Run.of("verify", "--engine", "reference", wrong, GoldenFiles.SMALL);
        assertEquals(1, run.status());
        assertTrue(run.out().matches("(?s).*\\Rwrong +grad.weight_hh_l0_reverse +\\d{4,}\\.\\d{4}  FAIL\\R.*"), run.out());
        assertTrue(run.out().endsWith("1 passed, 1 failed" + System.lineSeparator()), run.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a note", "a note that is longer than a header's length", ""})
    void aTextIsNoSafetensorsFile(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), text);
        Run run = Run.of("verify", "--engine", "reference", file);
        assertEquals(2, run.status());
        assertTrue(run.err().startsWith(file + ": is no safetensors file: "), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
    }

    @Test
    void aFileThatCannotBeReadIsNamedAndTheOthersStillRun() throws IOException {
        Path whole = Files.copy(GoldenFiles.SMALL, folder.resolve("b.safetensors"));
        Path cut = folder.resolve("a.safetensors");
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(cut, Arrays.copyOf(bytes, bytes.length - 1));
        GoldenFiles.changed(GoldenFiles.LSTM, Files.createDirectory(folder.resolve("deep")).resolve("c.safetensors"),
                c -> c.values.get("y")[0] += 1);
        Files.writeString(folder.resolve("notes.txt"), "not looked at");
        Run run = Run.of("verify", "--engine", "reference", folder);
        assertEquals(2, run.status());
        assertEquals(1, run.err().lines().count());
        assertTrue(run.err().startsWith(cut + ": "), run.err());
        assertTrue(run.out().endsWith("1 passed, 1 failed, 1 unreadable" + System.lineSeparator()), run.out());
    }

    @Test
    void everyTrainingCasePasses() {
        for (String engine : new String[] {"reference", "cpu", "cpu-scalar"}) {
            Run run = Run.of("verify", "--engine", engine, GoldenFiles.TRAINING);
            assertEquals(0, run.status(), run::toString);
            assertTrue(run.out().endsWith("21 passed, 0 failed" + System.lineSeparator()), run.out());
        }
    }

    @Test
    void aWrongTrainingStepFails() throws IOException {
        Path loss = GoldenFiles.changed(GoldenFiles.TRAIN, folder.resolve("loss.safetensors"),
                c -> c.doubles.get("loss")[19] *= 1.0001);
        Path weight = GoldenFiles.changed(GoldenFiles.TRAIN, folder.resolve("weight.safetensors"),
                c -> c.values.get("final.head.bias")[0] += 0.01f);
        Path history = GoldenFiles.changed(GoldenFiles.KERAS, folder.resolve("history.safetensors"),
                c -> c.doubles.get("history.loss")[3] *= 1.0001);
        Path answer = GoldenFiles.changed(GoldenFiles.KERAS, folder.resolve("answer.safetensors"),
                c -> c.values.get("y_final")[11] += 0.01f);
        Path gate = GoldenFiles.changed(GoldenFiles.KERAS, folder.resolve("gate.safetensors"),
                c -> c.values.get("final.gru/gru_cell/bias")[20] += 0.01f);
        Path rate = GoldenFiles.changed(GoldenFiles.KERAS, folder.resolve("rate.safetensors"),
                c -> ((ObjectNode) c.config.get("hyper")).put("learning_rate", 0.011));
        Run run = Run.of("verify", "--engine", "reference", loss, weight, history, answer, gate, rate);
        assertEquals(1, run.status(), run::toString);
        for (String line : new String[] {"loss +loss", "weight +final.head.bias", "history +history.loss", "answer +y_final",
            "gate +(y_final|final.gru/gru_cell/bias)", "rate +(final|history).*"}) {
            assertTrue(run.out().matches("(?s).*\\R" + line + " +\\d+\\.\\d{4}  FAIL\\R.*"), line + " in " + run.out());
        }
    }

    @Test
    void unknownFamiliesAreUnreadable() throws IOException {
        Path other = GoldenFiles.changed(GoldenFiles.SMALL, folder.resolve("onnx.safetensors"),
                c -> c.config.put("family", "onnx"));
        Run run = Run.of("verify", "--engine", "reference", other);
        assertEquals(2, run.status());
        assertEquals(other + ": config.family: expected one of core | variant | train | keras, got \"onnx\""
                + System.lineSeparator(), run.err());
    }

    /** From the PTX that ships, every check on; a rare option too. */
    @Test
    void theEmulatorRunsTheEngineCuda() {
        assumeTrue(Kernels.obstacle().isEmpty(), "the kernels are not built on this platform");
        Run passed = Run.of("verify", "--device", "emulator", GoldenFiles.SMALL, GoldenFiles.LSTM,
                GoldenFiles.FOLDER.resolve("variant/lstm_peephole_L1_uni_I1_H8_B5_T4_nobias.safetensors"));
        assertEquals(0, passed.status(), passed::toString);
        assertTrue(passed.out().startsWith("engine cuda: PTX emulator (sm_80), fp32"), passed.out());
        assertTrue(passed.out().endsWith("3 passed, 0 failed" + System.lineSeparator()), passed.out());
    }

    /** Whole models, each layer on the device: twenty steps as PyTorch takes them, and courses of training as Keras does. */
    @Test
    void theEmulatorTrains() {
        assumeTrue(Kernels.obstacle().isEmpty(), "the kernels are not built on this platform");
        Run run = Run.of("verify", "--device", "emulator", GoldenFiles.TRAINING.resolve("train/lstm_tagger_adam_a.safetensors"),
                GoldenFiles.TRAINING.resolve("keras/single_lstm_2x10.safetensors"), GoldenFiles.KERAS);
        assertEquals(0, run.status(), run::toString);
        assertTrue(run.out().startsWith("engine cuda: PTX emulator (sm_80), fp32"), run.out());
        assertTrue(run.out().endsWith("3 passed, 0 failed" + System.lineSeparator()), run.out());
    }

    /** In 16 bits too, where a tolerance follows from the case and the format; a course of training has none. */
    @Test
    void theEmulatorRunsEachPrecisionAndStrategy() {
        assumeTrue(Kernels.obstacle().isEmpty(), "the kernels are not built on this platform");
        Run grid = Run.of("verify", "--device", "emulator", "--strategy", "C", GoldenFiles.LSTM);
        assertEquals(0, grid.status(), grid::toString);
        assertTrue(grid.out().startsWith("engine cuda: PTX emulator (sm_80), fp32, strategy C"), grid.out());
        for (String precision : List.of("tf32", "bf16", "fp16")) {
            Run run = Run.of("verify", "--device", "emulator", "--precision", precision, GoldenFiles.SMALL, GoldenFiles.LSTM,
                    GoldenFiles.TRAIN);
            assertEquals(1, run.status(), run::toString);
            assertTrue(run.out().contains("not supported: a course of training has no tolerance in " + precision
                    + ", whose roundings grow from update to update: fp32 alone runs it  NOT RUN"), run.out());
            assertTrue(run.out().endsWith("2 passed, 0 failed, 1 not supported" + System.lineSeparator()), run.out());
        }
    }

    /** The tolerance of 16 bits is no licence. */
    @Test
    void aWrongResultFailsInEveryPrecision() throws IOException {
        assumeTrue(Kernels.obstacle().isEmpty(), "the kernels are not built on this platform");
        Path wrong = GoldenFiles.changed(GoldenFiles.LSTM, folder.resolve("wrong.safetensors"),
                c -> c.values.get("grad.weight_hh_l0_reverse")[0] += 0.5f);
        Run run = Run.of("verify", "--device", "emulator", "--precision", "bf16", wrong);
        assertEquals(1, run.status(), run::toString);
        assertTrue(run.out().matches("(?s).*\\Rwrong +grad.weight_hh_l0_reverse +\\d+\\.\\d{4}  FAIL\\R.*"), run.out());
    }

    @Test
    void precisionAndStrategyNeedADevice() {
        for (String[] option : new String[][] {{"--precision", "bf16"}, {"--strategy", "a"}}) {
            Run run = Run.of("verify", option[0], option[1], GoldenFiles.SMALL);
            assertEquals(2, run.status());
            assertEquals("gateloom verify: --precision, --strategy: they are for the engine cuda: add --device (see gateloom verify "
                    + "--help)" + System.lineSeparator(), run.err());
        }
    }

    @Test
    void onlyTheEngineCudaRunsOnADevice() {
        Run run = Run.of("verify", "--device", "emulator", "--engine", "cpu", GoldenFiles.SMALL);
        assertEquals(2, run.status());
        assertEquals("gateloom verify: --device: only the engine cuda runs on a device, got --engine cpu (see gateloom verify "
                + "--help)" + System.lineSeparator(), run.err());
    }

    @Test
    void anEmptyFolderAndAnUnknownEngineAreErrors() {
        Run empty = Run.of("verify", folder);
        assertEquals(2, empty.status());
        assertTrue(empty.err().contains(folder + ": no *.safetensors file in this folder"), empty.err());
        Run engine = Run.of("verify", "--engine", "abacus", GoldenFiles.SMALL);
        assertEquals(2, engine.status());
        assertTrue(engine.err().matches("gateloom verify: --engine: expected one of \\[.*reference.*\\], got abacus "
                + "\\(see gateloom verify --help\\)\\R"), engine.err());
        assertFalse(engine.out().contains("passed"));
    }
}
