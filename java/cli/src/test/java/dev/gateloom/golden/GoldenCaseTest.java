package dev.gateloom.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.IntNode;
import dev.gateloom.Engines;
import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnMasks;
import dev.gateloom.safetensors.Safetensors;
import dev.gateloom.safetensors.SafetensorsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenCaseTest {
    @TempDir
    Path folder;

    @Test
    void everyTensorOfEveryFileIsUsed() throws IOException {
        List<Path> files = GoldenFiles.all();
        assertEquals(60, files.size());
        for (Path file : files) {
            GoldenCase golden = GoldenCase.read(file);
            Set<String> results = new HashSet<>(Safetensors.read(file).names());
            results.removeIf(n -> n.startsWith("param.") || n.startsWith("mask.") || n.startsWith("d")
                    || List.of("x", "h0", "c0").contains(n));
            assertEquals(results, golden.expected().keySet(), file.toString());
            assertEquals(golden.name() + ".safetensors", file.getFileName().toString());
        }
    }

    /** Saturated gates of large sums: a rounding decides their sides. */
    @Test
    void whyItIsNotRunInFewBitsIsSaid() throws IOException {
        Path wild = GoldenFiles.changed(GoldenFiles.LSTM, folder.resolve("wild.safetensors"), c -> {
            for (Map.Entry<String, float[]> entry : c.values.entrySet()) {
                if (entry.getKey().startsWith("param.weight")) {
                    for (int i = 0; i < entry.getValue().length; i++) {
                        entry.getValue()[i] *= 1000;
                    }
                }
            }
        });
        try (RnnEngine engine = Engines.get("reference")) {
            Verdict verdict = Golden.read(wild).verdict(engine, Precision.BF16);
            assertTrue(verdict.unsupported(), verdict.toString());
            assertTrue(verdict.problem().matches("not supported: with roundings to bf16 a result may be off by [0-9.]+ times its "
                    + "largest value, so zeros would pass: fp32 runs it"), verdict.problem());
        }
    }

    @Test
    void optionsAreConverted() throws IOException {
        assertConfig("core/lstm_L2_bi_I3_H8_B3_T5_P3_state",
                RnnConfig.lstm(3, 8).layers(2).bidirectional(true).projSize(3));
        assertConfig("variant/gru_reset_before_L1_uni_I3_H5_B2_T4_state", RnnConfig.gru(3, 5).resetAfter(false));
        assertConfig("variant/lstm_layernorm_L1_uni_I8_H8_B3_T6_nobias_carrynorm",
                RnnConfig.lstm(8, 8).bias(false).layerNorm(LayerNorm.CARRY_NORMALIZED));
        assertConfig("variant/gru_layernorm_L1_uni_I3_H8_B2_T4_state",
                RnnConfig.gru(3, 8).layerNorm(LayerNorm.STANDARD));
        assertConfig("variant/recurrent_dropout_lstm_L1_bi_I4_H6_B3_T5_state_per_gate",
                RnnConfig.lstm(4, 6).bidirectional(true).recurrentDropout(0.5f, true));
        assertConfig("variant/zoneout_train_gru_L2_uni_I4_H5_B3_T7_state",
                RnnConfig.gru(4, 5).layers(2).zoneout(0.5f, 0));
    }

    private static void assertConfig(String file, RnnConfig.Builder expected) throws IOException {
        assertEquals(expected.batchFirst(true).build(), read(file).config());
    }

    @Test
    void plansAreForTrainingWhereGradientsOrMasksAre() throws IOException {
        GoldenCase inference = read("variant/zoneout_inference_lstm_L1_uni_I3_H5_B2_T4_state");
        assertEquals(Mode.INFERENCE, inference.mode());
        assertNull(inference.masks());
        assertNull(inference.dy());
        assertEquals(Mode.TRAINING, read("core/gru_L1_uni_I1_H1_B1_T1").mode());
        GoldenCase ragged = read("core/lstm_L2_bi_I8_H8_B4_T7_varlen_state");
        assertArrayEquals(new int[] {7, 2, 5, 1}, ragged.lengths());
    }

    @Test
    void theMaskBetweenLayersBecomesTimeMajor() throws IOException {
        String name = "variant/interlayer_dropout_gru_L3_bi_I4_H4_B3_T5_varlen_state";
        float[] turned = read(name).masks().get(RnnMasks.Kind.INTERLAYER);
        float[] stored = Safetensors.read(GoldenFiles.FOLDER.resolve(name + ".safetensors")).floats("mask.interlayer");
        for (int l = 0; l < 2; l++) {
            for (int b = 0; b < 3; b++) {
                for (int t = 0; t < 5; t++) {
                    for (int j = 0; j < 8; j++) {
                        assertEquals(stored[((l * 3 + b) * 5 + t) * 8 + j], turned[((l * 5 + t) * 3 + b) * 8 + j]);
                    }
                }
            }
        }
    }

    @Test
    void whatIsNoCaseIsNamed() throws IOException {
        assertWrong("config.schema: expected 1, the only one known, got 2", c -> c.config.put("schema", 2));
        assertWrong("config.family: expected one of core | variant | train | keras, got \"onnx\"",
                c -> c.config.put("family", "onnx"));
        assertWrong("config: expected a value for task, got none", c -> c.config.put("family", "train"));
        assertWrong("config: expected a value for rtol, got none", c -> c.config.remove("rtol"));
        assertWrong("config.rtol: expected a number in [", c -> c.config.put("rtol", 1e300));
        assertWrong("config.cell: expected one of lstm | gru | rnn_tanh | rnn_relu, got \"mgu\"",
                c -> c.config.put("cell", "mgu"));
        assertWrong("config.gate_order: expected one of i,f,g,o, got \"i,f,o,g\"",
                c -> c.config.put("gate_order", "i,f,o,g"));
        assertWrong("config.hidden_size: expected an integer of at least 1, got 3.5",
                c -> c.config.put("hidden_size", 3.5));
        assertWrong("config.bias: expected true or false, got 1", c -> c.config.put("bias", 1));
        assertWrong("config.lengths: expected null or 2 integers from 0 to 4, got [5,1]",
                c -> c.config.putArray("lengths").add(5).add(1));
        assertWrong("config.variant: expected one that this version knows, got skip",
                c -> c.config.put("family", "variant").put("variant", "skip"));
        assertWrong("config: describes no stack: projSize: expected less than hiddenSize = 3, got 3",
                c -> c.config.put("proj_size", 3));
        assertWrong("extra: expected only tensors that the case's config calls for, got one tensor more",
                c -> c.put("extra", new float[1]));
        assertWrong("tensors: expected one named grad.c0", c -> c.values.remove("grad.c0"));
        assertWrong("param.weight_hh_l0: expected the parameters of", c -> c.values.remove("param.weight_hh_l0"));
        assertWrong("dy: expected shape [2, 4, 6], as config says, got [4, 2, 6]",
                c -> c.shapes.put("dy", new long[] {4, 2, 6}));
    }

    @Test
    void sizesThatOnlyTheConfigClaimsTakeNoMemory() throws IOException {
        for (String size : List.of("input_size", "hidden_size", "num_layers", "batch", "steps")) {
            for (int claimed : new int[] {100_000, 500_000_000, Integer.MAX_VALUE}) {
                Path file = GoldenFiles.changed(GoldenFiles.LSTM, folder.resolve("claim.safetensors"),
                        c -> c.config.set(size, new IntNode(claimed)));
                assertThrows(SafetensorsException.class, () -> GoldenCase.read(file), size + " " + claimed);
            }
        }
    }

    @Test
    void trainingCasesTakeNoMemoryForClaimsEither() throws IOException {
        for (String size : List.of("input_size", "hidden_size", "num_layers", "output_size", "batch", "steps",
                "train_steps")) {
            assertClaim(GoldenFiles.TRAIN, size);
        }
        for (String size : List.of("input_size", "samples", "steps", "epochs")) {
            assertClaim(GoldenFiles.KERAS, size);
        }
    }

    private void assertClaim(Path original, String size) throws IOException {
        for (int claimed : new int[] {100_000, 500_000_000, Integer.MAX_VALUE}) {
            Path file = GoldenFiles.changed(original, folder.resolve("claim.safetensors"),
                    c -> c.config.set(size, new IntNode(claimed)));
            assertThrows(SafetensorsException.class, () -> Golden.read(file), size + " " + claimed);
        }
    }

    private void assertWrong(String expected, Consumer<GoldenFiles.Copy> change) throws IOException {
        Path file = GoldenFiles.changed(GoldenFiles.LSTM, folder.resolve("changed.safetensors"), change);
        String message = assertThrows(SafetensorsException.class, () -> GoldenCase.read(file)).getMessage();
        assertTrue(message.startsWith(file.toString()) && message.contains(expected), message);
    }

    private static GoldenCase read(String name) throws IOException {
        return GoldenCase.read(GoldenFiles.FOLDER.resolve(name + ".safetensors"));
    }
}
