package dev.gateloom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.safetensors.Safetensors;
import dev.gateloom.safetensors.SafetensorsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RnnWeightsFileTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/core",
            "lstm_L2_bi_I3_H8_B3_T5_P3_state.safetensors");
    private static final RnnConfig CONFIG = RnnConfig.lstm(3, 8).layers(2).bidirectional(true).projSize(3).build();
    @TempDir
    Path folder;

    @Test
    void pytorchsParametersComeInAndGoOut() throws IOException {
        RnnWeights weights = RnnWeights.load(GOLDEN, CONFIG, "param.");
        Safetensors golden = Safetensors.read(GOLDEN);
        assertEquals(golden.names().stream().filter(n -> n.startsWith("param.")).count(), weights.parameters().size());
        for (String name : weights.names()) {
            assertArrayEquals(golden.floats("param." + name), weights.get(name), name);
        }
        Path plain = folder.resolve("plain.safetensors");
        weights.save(plain);
        assertEquals(weights.names(), Safetensors.read(plain).names());
        assertArrayEquals(weights.data(), RnnWeights.load(plain, CONFIG).data());
        Path prefixed = folder.resolve("prefixed.safetensors");
        weights.save(prefixed, "encoder.rnn.");
        assertEquals(List.of(32L, 6L), Safetensors.read(prefixed).shape("encoder.rnn.weight_ih_l1_reverse"));
        assertArrayEquals(weights.data(), RnnWeights.load(prefixed, CONFIG, "encoder.rnn.").data());
    }

    @Test
    void aStackWithoutInputRoundTrips() throws IOException {
        RnnConfig config = RnnConfig.gru(0, 2).build();
        RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
        Path file = folder.resolve("w.safetensors");
        weights.save(file);
        assertArrayEquals(weights.data(), RnnWeights.load(file, config).data());
    }

    @Test
    void whatDoesNotFitIsNamed() {
        assertMessage(CONFIG.toBuilder().layers(3).build(), "param.",
                "param.weight_ih_l2: expected the parameters of lstm(3, 8).layers(3)");
        assertMessage(CONFIG.toBuilder().layers(1).build(), "param.",
                "_l1: expected only the parameters of lstm(3, 8)");
        assertMessage(RnnConfig.lstm(3, 4).layers(2).bidirectional(true).projSize(3).build(), "param.",
                "param.weight_ih_l0: expected shape [16, 3]");
        assertMessage(RnnConfig.lstm(20_000, 20_000).projSize(3).build(), "param.",
                "param.weight_ih_l0: expected shape [80000, 20000]");
        assertMessage(CONFIG, "rnn.", "rnn.weight_ih_l0: expected the parameters of");
    }

    @Test
    void anExtraTensorMattersOnlyUnderThePrefix() throws IOException {
        RnnConfig config = RnnConfig.gru(1, 1).bias(false).build();
        Path file = folder.resolve("w.safetensors");
        Safetensors.writer().floats("rnn.weight_ih_l0", new float[3], 3, 1).floats("rnn.weight_hh_l0", new float[3], 3, 1)
                .floats("head.weight", new float[1], 1).write(file);
        RnnWeights.load(file, config, "rnn.");
        Safetensors.writer().floats("weight_ih_l0", new float[3], 3, 1).floats("weight_hh_l0", new float[3], 3, 1)
                .floats("head.weight", new float[1], 1).write(file);
        String message = assertThrows(SafetensorsException.class, () -> RnnWeights.load(file, config)).getMessage();
        assertTrue(message.contains("head.weight: expected only the parameters of gru(1, 1)"), message);
        assertTrue(message.contains("give a prefix"), message);
    }

    private static void assertMessage(RnnConfig config, String prefix, String expected) {
        String message = assertThrows(SafetensorsException.class, () -> RnnWeights.load(GOLDEN, config, prefix))
                .getMessage();
        assertTrue(message.contains(GOLDEN.toString()) && message.contains(expected), message);
    }
}
