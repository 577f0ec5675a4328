package dev.gateloom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RnnWeightsTest {

    /** {@code sum(p.numel() for p in nn.LSTM(2, 3).parameters())} and the like. */
    @Test
    void countsArePyTorchs() {
        assertEquals(4 * 3 * (2 + 3 + 1 + 1), count(RnnConfig.lstm(2, 3)));
        assertEquals(84, count(RnnConfig.lstm(2, 3)));
        assertEquals(60, count(RnnConfig.lstm(2, 3).bias(false)));
        assertEquals(63, count(RnnConfig.gru(2, 3)));
        assertEquals(21, count(RnnConfig.of(CellType.RNN_RELU, 2, 3)));
        assertEquals(168 + 2 * 4 * 3 * (6 + 3 + 2), count(RnnConfig.lstm(2, 3).layers(2).bidirectional(true)));
        assertEquals(4 * 3 * (2 + 2 + 2) + 2 * 3, count(RnnConfig.lstm(2, 3).projSize(2)));
        assertEquals(4 * 3 * 3 + 2 * 4 * 3, count(RnnConfig.lstm(0, 3)));
        assertEquals(60 + 12 + 24 + 6, count(RnnConfig.lstm(2, 3).layerNorm(LayerNorm.STANDARD)));
        assertEquals(60 + 48 + 6, count(RnnConfig.lstm(2, 3).layerNorm(LayerNorm.CARRY_NORMALIZED)));
        assertEquals(63 + 18, count(RnnConfig.gru(2, 3).layerNorm(LayerNorm.STANDARD)));
        assertEquals(84 + 9, count(RnnConfig.lstm(2, 3).peephole(true)));
    }

    @Test
    void namesAndShapesArePyTorchs() {
        RnnWeights w = RnnWeights.zeros(RnnConfig.lstm(2, 5).layers(2).bidirectional(true).projSize(3).build());
        assertEquals(List.of(
                "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight_hr_l0",
                "weight_ih_l0_reverse", "weight_hh_l0_reverse", "bias_ih_l0_reverse", "bias_hh_l0_reverse",
                "weight_hr_l0_reverse",
                "weight_ih_l1", "weight_hh_l1", "bias_ih_l1", "bias_hh_l1", "weight_hr_l1",
                "weight_ih_l1_reverse", "weight_hh_l1_reverse", "bias_ih_l1_reverse", "bias_hh_l1_reverse",
                "weight_hr_l1_reverse"), w.names());
        assertEquals(List.of(20, 2), w.parameter("weight_ih_l0").shape());
        assertEquals(List.of(20, 6), w.parameter("weight_ih_l1_reverse").shape());
        assertEquals(List.of(20, 3), w.parameter("weight_hh_l1").shape());
        assertEquals(List.of(20), w.parameter("bias_hh_l1").shape());
        assertEquals(List.of(3, 5), w.parameter("weight_hr_l0_reverse").shape());
    }

    @Test
    void normalisedLstmHasOneBias() {
        RnnWeights w = RnnWeights.zeros(RnnConfig.lstm(2, 3).layerNorm(LayerNorm.STANDARD).peephole(true).build());
        assertEquals(List.of("weight_ih_l0", "weight_hh_l0", "bias_l0", "ln_gamma_ih_l0", "ln_gamma_hh_l0",
                "ln_gamma_c_l0", "ln_beta_c_l0", "peephole_l0"), w.names());
        RnnWeights carry = RnnWeights.zeros(RnnConfig.lstm(2, 3).layerNorm(LayerNorm.CARRY_NORMALIZED).build());
        assertEquals(List.of("weight_ih_l0", "weight_hh_l0", "ln_gamma_ih_l0", "ln_gamma_hh_l0", "ln_beta_ih_l0",
                "ln_beta_hh_l0", "ln_gamma_c_l0", "ln_beta_c_l0"), carry.names());
    }

    @Test
    void parametersFillTheArrayWithoutGaps() {
        RnnWeights w = RnnWeights.zeros(RnnConfig.gru(3, 4).layers(2).layerNorm(LayerNorm.STANDARD).build());
        int end = 0;
        for (Parameter p : w.parameters()) {
            assertEquals(end, p.offset(), p.name());
            end += p.size();
        }
        assertEquals(end, w.data().length);
    }

    @Test
    void setAndGetCopy() {
        RnnWeights w = RnnWeights.zeros(RnnConfig.gru(1, 1).build());
        float[] values = {1, 2, 3};
        long before = w.version();
        w.set("weight_hh_l0", values);
        assertTrue(w.version() > before, "set is a change");
        values[0] = 9;
        assertArrayEquals(new float[] {1, 2, 3}, w.get("weight_hh_l0"));
        w.get("weight_hh_l0")[0] = 9;
        assertArrayEquals(new float[] {1, 2, 3}, w.get("weight_hh_l0"));
        assertEquals(2, w.data()[w.parameter("weight_hh_l0").offset() + 1]);
        before = w.version();
        assertSame(w, w.clear());
        assertArrayEquals(new float[3], w.get("weight_hh_l0"));
        assertTrue(w.version() > before, "clear is a change");
    }

    @Test
    void wrongNamesAndSizesAreRefused() {
        RnnWeights w = RnnWeights.zeros(RnnConfig.gru(1, 1).build());
        assertTrue(w.has("bias_ih_l0"));
        assertFalse(w.has("bias_ih_l1"));
        String name = assertThrows(IllegalArgumentException.class, () -> w.get("weight")).getMessage();
        assertTrue(name.contains("expected one of [weight_ih_l0") && name.contains("got weight"), name);
        String size = assertThrows(IllegalArgumentException.class, () -> w.set("bias_ih_l0", new float[2]))
                .getMessage();
        assertEquals("bias_ih_l0: expected 3 values [3], got 2", size);
        String missing = assertThrows(IllegalArgumentException.class, () -> w.set("bias_ih_l0", null)).getMessage();
        assertEquals("bias_ih_l0: expected a value, got null", missing);
        assertEquals("initializer: expected a value, got null", assertThrows(IllegalArgumentException.class,
                () -> RnnWeights.init(RnnConfig.gru(1, 1).build(), null)).getMessage());
    }

    @Test
    void weightsThatNoArrayHoldsAreRefused() {
        RnnConfig config = RnnConfig.lstm(10, 20_000).layers(2).build();
        String message = assertThrows(IllegalArgumentException.class, () -> RnnWeights.zeros(config)).getMessage();
        assertTrue(message.startsWith("weights: expected at most"), message);
    }

    @Test
    void engineCopiesLiveUntilClose() {
        class Copy implements AutoCloseable {
            boolean closed;

            @Override
            public void close() {
                closed = true;
            }
        }

        RnnWeights w = RnnWeights.zeros(RnnConfig.gru(1, 1).build());
        Object key = new Object();
        Copy copy = w.engineCopy(key, Copy::new);
        assertSame(copy, w.engineCopy(key, Copy::new));
        assertNotSame(copy, w.engineCopy(new Object(), Copy::new));
        w.close();
        assertTrue(copy.closed);
        assertNotSame(copy, w.engineCopy(key, Copy::new), "closed weights can be used again");
    }

    private static int count(RnnConfig.Builder builder) {
        return RnnWeights.zeros(builder.build()).data().length;
    }
}
