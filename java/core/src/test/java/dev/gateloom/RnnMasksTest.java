package dev.gateloom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.RnnMasks.Kind;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RnnMasksTest {
    private static final int T = 20;
    private static final int B = 30;

    private static RnnConfig.Builder everything() {
        return RnnConfig.lstm(3, 10).layers(3).bidirectional(true).projSize(7).dropout(0.1f)
                .recurrentDropout(0.2f, true).candidateDropout(0.3f).zoneout(0.4f, 0.5f).dropConnect(0.6f);
    }

    @Test
    void sizesAreThoseOfTheDocumentation() {
        RnnMasks m = new RnnMasks(everything().build(), T, B);
        assertEquals(2 * T * B * 14, m.get(Kind.INTERLAYER).length);
        assertEquals(6 * 4 * B * 7, m.get(Kind.RECURRENT).length);
        assertEquals(6 * T * B * 10, m.get(Kind.CANDIDATE).length);
        assertEquals(6 * T * B * 7, m.get(Kind.ZONEOUT_H).length);
        assertEquals(6 * T * B * 10, m.get(Kind.ZONEOUT_C).length);
        assertEquals(6 * 40 * 7, m.get(Kind.WEIGHT_HH).length);
        for (Kind kind : Kind.values()) {
            assertEquals(m.get(kind).length, RnnMasks.size(everything().build(), kind, T, B), kind.name());
        }
    }

    @Test
    void unusedMasksAreNull() {
        RnnConfig config = RnnConfig.gru(3, 10).dropout(0.5f).candidateDropout(0.1f).build();
        RnnMasks m = new RnnMasks(config, T, B);
        for (Kind kind : Kind.values()) {
            if (kind == Kind.CANDIDATE) {
                assertEquals(T * B * 10, m.get(kind).length);
            } else {
                assertNull(m.get(kind), kind.name());
                assertEquals(0, RnnMasks.size(config, kind, T, B), kind.name());
            }
        }
    }

    /** Two values, at their rates within five standard errors, and no correlation between neighbours. */
    @Test
    void drawnMasksHaveTheRightStatistics() {
        RnnMasks m = new RnnMasks(everything().build(), T, B).draw(42, 0);
        Map<Kind, Double> rates = Map.of(Kind.INTERLAYER, 0.1, Kind.RECURRENT, 0.2, Kind.CANDIDATE, 0.3,
                Kind.ZONEOUT_H, 0.4, Kind.ZONEOUT_C, 0.5, Kind.WEIGHT_HH, 0.6);
        rates.forEach((kind, rate) -> {
            boolean zoneout = kind == Kind.ZONEOUT_H || kind == Kind.ZONEOUT_C;
            float dropped = zoneout ? 1f : 0f;
            float kept = zoneout ? 0f : 1 / (1 - rate.floatValue());
            float[] mask = m.get(kind);
            int n = 0;
            int pairs = 0;
            for (int i = 0; i < mask.length; i++) {
                assertTrue(mask[i] == dropped || mask[i] == kept, kind + ": " + mask[i]);
                n += mask[i] == dropped ? 1 : 0;
                pairs += i > 0 && mask[i] == dropped && mask[i - 1] == dropped ? 1 : 0;
            }
            double error = 5 / Math.sqrt(mask.length);
            assertEquals(rate, (double) n / mask.length, error * Math.sqrt(rate * (1 - rate)), kind + ": rate");
            assertEquals(rate * rate, (double) pairs / mask.length, 2 * error * rate, kind + ": neighbours");
        });
    }

    @Test
    void seedCallAndKindDecide() {
        RnnConfig config = everything().build();
        RnnMasks m = new RnnMasks(config, T, B).draw(1, 0);
        RnnMasks again = new RnnMasks(config, T, B).draw(1, 0);
        RnnMasks otherSeed = new RnnMasks(config, T, B).draw(2, 0);
        RnnMasks otherCall = new RnnMasks(config, T, B).draw(1, 1);
        for (Kind kind : Kind.values()) {
            assertArrayEquals(m.get(kind), again.get(kind), kind.name());
            assertFalse(Arrays.equals(m.get(kind), otherSeed.get(kind)), kind.name());
            assertFalse(Arrays.equals(m.get(kind), otherCall.get(kind)), kind.name());
        }
    }

    @Test
    void sharedRecurrentMaskIsTheSameForAllGates() {
        RnnConfig shared = RnnConfig.lstm(3, 10).layers(2).recurrentDropout(0.5f).build();
        float[] mask = new RnnMasks(shared, T, B).draw(7, 0).get(Kind.RECURRENT);
        int row = B * 10;
        float[][] first = new float[2][];
        for (int k = 0; k < 2; k++) {
            first[k] = Arrays.copyOfRange(mask, k * 4 * row, k * 4 * row + row);
            for (int gate = 1; gate < 4; gate++) {
                int start = (k * 4 + gate) * row;
                assertArrayEquals(first[k], Arrays.copyOfRange(mask, start, start + row), "layer " + k);
            }
        }
        assertFalse(Arrays.equals(first[0], first[1]), "layers have masks of their own");
        float[] perGate = new RnnMasks(shared.toBuilder().recurrentDropout(0.5f, true).build(), T, B).draw(7, 0)
                .get(Kind.RECURRENT);
        assertFalse(Arrays.equals(Arrays.copyOfRange(perGate, 0, row), Arrays.copyOfRange(perGate, row, 2 * row)));
    }

    @Test
    void givenMasksAreCopied() {
        RnnMasks m = new RnnMasks(RnnConfig.gru(1, 2).candidateDropout(0.5f).build(), 1, 2);
        float[] mask = {1, 0, 2, 0};
        assertSame(m, m.set(Kind.CANDIDATE, mask));
        mask[0] = 9;
        assertArrayEquals(new float[] {1, 0, 2, 0}, m.get(Kind.CANDIDATE));
    }

    @Test
    void wrongMasksAreRefused() {
        RnnConfig config = RnnConfig.gru(1, 2).candidateDropout(0.5f).build();
        RnnMasks m = new RnnMasks(config, 1, 2);
        assertMessage("kind: expected ", () -> m.set(Kind.INTERLAYER, new float[1]));
        assertMessage("CANDIDATE: expected 4 values, got 5", () -> m.set(Kind.CANDIDATE, new float[5]));
        assertMessage("CANDIDATE: expected a value, got null", () -> m.set(Kind.CANDIDATE, null));
        assertMessage("kind: expected a value, got null", () -> m.set(null, new float[4]));
        assertMessage("steps: expected at least 1, got 0", () -> new RnnMasks(config, 0, 2));
        assertMessage("batch: expected at least 1, got 0", () -> new RnnMasks(config, 1, 0));
        assertMessage("config: expected a value, got null", () -> new RnnMasks(null, 1, 1));
        assertMessage("masks: expected at most", () -> new RnnMasks(config, 1 << 20, 1 << 20));
    }

    private static void assertMessage(String start, Runnable call) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.startsWith(start), message);
    }
}
