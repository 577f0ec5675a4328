package dev.gateloom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RnnConfigTest {

    @TestFactory
    Stream<DynamicTest> wrongSettings() {
        Map<String, Supplier<Object>> wrong = new LinkedHashMap<>();
        wrong.put("cell: null", () -> RnnConfig.of(null, 1, 1));
        wrong.put("inputSize: -1", () -> RnnConfig.lstm(-1, 1));
        wrong.put("hiddenSize: 0", () -> RnnConfig.gru(1, 0));
        wrong.put("hiddenSize: weights larger than an array", () -> RnnConfig.lstm(1, 40_000).build());
        wrong.put("layers: 0", () -> lstm().layers(0));
        wrong.put("direction: null", () -> lstm().direction(null));
        wrong.put("projSize: negative", () -> lstm().projSize(-1));
        wrong.put("projSize: H", () -> lstm().projSize(8).build());
        wrong.put("projSize: GRU", () -> gru().projSize(2).build());
        for (float rate : new float[] {-0.1f, 1f, 1.5f, Float.NaN}) {
            wrong.put("dropout: " + rate, () -> lstm().dropout(rate));
            wrong.put("zoneoutHidden: " + rate, () -> lstm().zoneout(rate, 0));
            wrong.put("zoneoutCell: " + rate, () -> lstm().zoneout(0, rate));
            wrong.put("recurrentDropout: " + rate, () -> lstm().recurrentDropout(rate));
            wrong.put("candidateDropout: " + rate, () -> lstm().candidateDropout(rate));
            wrong.put("dropConnect: " + rate, () -> lstm().dropConnect(rate));
        }
        for (float eps : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
            wrong.put("layerNormEps: " + eps, () -> lstm().layerNormEps(eps));
        }
        for (float clip : new float[] {-1, Float.NaN, Float.POSITIVE_INFINITY}) {
            wrong.put("cellClip: " + clip, () -> lstm().cellClip(clip));
        }
        wrong.put("layerNorm: null", () -> lstm().layerNorm(null));
        wrong.put("peephole: GRU", () -> gru().peephole(true).build());
        wrong.put("zoneoutCell: GRU", () -> gru().zoneout(0, 0.1f).build());
        wrong.put("cellClip: GRU", () -> gru().cellClip(1).build());
        wrong.put("layerNorm CARRY_NORMALIZED: GRU", () -> gru().layerNorm(LayerNorm.CARRY_NORMALIZED).build());
        wrong.put("layerNorm: plain cell", () -> tanh().layerNorm(LayerNorm.STANDARD).build());
        wrong.put("layerNorm: reset-before GRU", () -> gru().resetAfter(false).layerNorm(LayerNorm.STANDARD).build());
        wrong.put("candidateDropout: plain cell", () -> tanh().candidateDropout(0.1f).build());
        wrong.put("resetAfter(false): LSTM", () -> lstm().resetAfter(false).build());
        return wrong.entrySet().stream().map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
            String message = assertThrows(IllegalArgumentException.class, () -> e.getValue().get()).getMessage();
            assertTrue(message.startsWith(e.getKey().split(":")[0] + ": expected "), message);
            assertTrue(message.contains(", got "), message);
        }));
    }

    @Test
    void defaultsArePyTorchs() {
        RnnConfig c = RnnConfig.lstm(3, 8).build();
        assertEquals(CellType.LSTM, c.cell());
        assertEquals(3, c.inputSize());
        assertEquals(8, c.hiddenSize());
        assertEquals(8, c.outputSize());
        assertEquals(1, c.numLayers());
        assertEquals(1, c.numDirections());
        assertEquals(Direction.FORWARD, c.direction());
        assertTrue(c.bias());
        assertTrue(c.resetAfter());
        assertTrue(c.returnSequences());
        assertFalse(c.batchFirst());
        assertFalse(c.stochastic());
        assertEquals(LayerNorm.NONE, c.layerNorm());
        assertEquals(1e-5f, c.layerNormEps());
    }

    @Test
    void sizesFollowFromTheSettings() {
        RnnConfig c = lstm().layers(3).bidirectional(true).projSize(2).build();
        assertEquals(2, c.outputSize());
        assertEquals(2, c.numDirections());
        assertTrue(c.bidirectional());
        assertEquals(3, c.layerInputSize(0));
        assertEquals(4, c.layerInputSize(1));
        assertEquals(4, c.layerInputSize(2));
        assertEquals("_l0", RnnConfig.suffix(0, 0));
        assertEquals("_l2_reverse", RnnConfig.suffix(2, 1));
    }

    @Test
    void onlyDropoutAndZoneoutAreStochastic() {
        assertFalse(lstm().dropout(0.5f).build().stochastic(), "one layer has nothing between layers");
        assertTrue(lstm().layers(2).dropout(0.5f).build().stochastic());
        assertTrue(lstm().zoneout(0.5f, 0).build().stochastic());
        assertTrue(lstm().zoneout(0, 0.5f).build().stochastic());
        assertTrue(lstm().recurrentDropout(0.5f).build().stochastic());
        assertTrue(lstm().candidateDropout(0.5f).build().stochastic());
        assertTrue(lstm().dropConnect(0.5f).build().stochastic());
        assertFalse(lstm().peephole(true).cellClip(1).layerNorm(LayerNorm.STANDARD).build().stochastic());
    }

    @Test
    void textShowsWhatDiffersFromTheDefaults() {
        assertEquals("lstm(3, 8)", lstm().build().toString());
        assertEquals("gru(3, 8).layers(2).direction(BIDIRECTIONAL).resetAfter(false)",
                gru().layers(2).bidirectional(true).resetAfter(false).build().toString());
    }

    @Test
    void equalSettingsAreEqual() {
        RnnConfig c = lstm().layers(2).dropout(0.25f).recurrentDropout(0.1f, true).build();
        assertEquals(c, c.toBuilder().build());
        assertEquals(c.hashCode(), c.toBuilder().build().hashCode());
        assertNotEquals(c, c.toBuilder().recurrentDropout(0.1f, false).build());
        assertNotEquals(c, c.toBuilder().batchFirst(true).build());
        assertNotEquals(c, gru().build());
    }

    @Test
    void aBuilderDoesNotChangeWhatItBuilt() {
        RnnConfig.Builder builder = lstm();
        RnnConfig before = builder.build();
        builder.layers(4);
        assertEquals(1, before.numLayers());
        assertEquals(4, builder.build().numLayers());
    }

    private static RnnConfig.Builder lstm() {
        return RnnConfig.lstm(3, 8);
    }

    private static RnnConfig.Builder gru() {
        return RnnConfig.gru(3, 8);
    }

    private static RnnConfig.Builder tanh() {
        return RnnConfig.of(CellType.RNN_TANH, 3, 8);
    }
}
