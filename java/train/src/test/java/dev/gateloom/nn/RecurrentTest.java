package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RecurrentTest {
    private static RnnEngine engine;

    @BeforeAll
    static void open() {
        engine = Engines.get("reference");
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private static <L extends Layer> L built(L layer, int... input) {
        layer.build(Setup.of(engine, 1), input);
        return layer;
    }

    private static float[] output(Layer layer, Tensor x, boolean training) {
        Tensor[] y = {new Tensor()};
        layer.forward(new Tensor[] {x}, y, training);
        return Plain.values(y[0]);
    }

    @Test
    void theLastOutputIsThatOfTheLastStep() {
        Tensor x = Gradients.random(new SplittableRandom(1), 2, 4, 3);
        float[] all = output(built(new Lstm(5).returnSequences(true), 4, 3), x, false);
        float[] last = output(built(new Lstm(5), 4, 3), x, false);
        for (int b = 0; b < 2; b++) {
            assertArrayEquals(Arrays.copyOfRange(last, b * 5, b * 5 + 5),
                    Arrays.copyOfRange(all, (b * 4 + 3) * 5, (b * 4 + 4) * 5));
        }
    }

    @Test
    void anotherLengthAndBatchThanBefore() {
        Layer layer = built(new Gru(3), -1, 2);
        Tensor small = Gradients.random(new SplittableRandom(1), 1, 2, 2);
        float[] first = output(layer, small, true);
        output(layer, Gradients.random(new SplittableRandom(2), 5, 7, 2), true);
        assertArrayEquals(first, output(layer, small, true));
    }

    /** A masked step leaves no trace, wherever it stands; its output repeats the one before, or is zero at the start. */
    @Test
    void maskedStepsAreSkipped() {
        SplittableRandom random = new SplittableRandom(2);
        Tensor x = Gradients.random(random, 1, 5, 2);
        boolean[] mask = {false, true, false, true, false};
        Tensor short2 = new Tensor(1, 2, 2);
        System.arraycopy(x.values(), 2, short2.values(), 0, 2);
        System.arraycopy(x.values(), 6, short2.values(), 2, 2);
        x.values()[4] = Float.NaN;
        Layer layer = built(new Lstm(3).returnSequences(true), -1, 2);
        float[] expected = output(layer, short2, false);
        float[] y = output(layer, x.mask(mask), false);
        float[] zero = new float[3];
        float[] one = Arrays.copyOfRange(expected, 0, 3);
        float[] two = Arrays.copyOfRange(expected, 3, 6);
        float[][] places = {zero, one, one, two, two};
        for (int t = 0; t < 5; t++) {
            assertArrayEquals(places[t], Arrays.copyOfRange(y, 3 * t, 3 * t + 3), "step " + t);
        }
        assertArrayEquals(two, output(built(new Lstm(3), -1, 2), x, false));
    }

    @Test
    void backwardsReadsTheReversedSequence() {
        Tensor x = Gradients.random(new SplittableRandom(3), 1, 3, 2);
        Tensor turned = new Tensor(1, 3, 2);
        for (int t = 0; t < 3; t++) {
            System.arraycopy(x.values(), 2 * t, turned.values(), 4 - 2 * t, 2);
        }
        assertArrayEquals(output(built(new Gru(4).returnSequences(true), 3, 2), turned, false),
                output(built(new Gru(4).returnSequences(true).goBackwards(true), 3, 2), x, false));
    }

    /** What stands side by side is added, multiplied, averaged. */
    @Test
    void mergesTheTwoDirections() {
        Tensor x = Gradients.random(new SplittableRandom(6), 2, 4, 3);
        for (boolean sequences : new boolean[] {true, false}) {
            float[] both = output(merged(Merge.CONCAT, sequences), x, false);
            float[] sum = output(merged(Merge.SUM, sequences), x, false);
            float[] product = output(merged(Merge.MUL, sequences), x, false);
            float[] mean = output(merged(Merge.AVERAGE, sequences), x, false);
            assertEquals(2 * (sequences ? 4 : 1) * 5, sum.length);
            for (int i = 0; i < sum.length; i++) {
                float forward = both[i / 5 * 10 + i % 5];
                float backward = both[i / 5 * 10 + 5 + i % 5];
                assertEquals(forward + backward, sum[i]);
                assertEquals(forward * backward, product[i]);
                assertEquals((forward + backward) / 2, mean[i]);
            }
        }
    }

    private static Layer merged(Merge merge, boolean sequences) {
        return built(new Bidirectional(new Gru(5).returnSequences(sequences), merge), 4, 3);
    }

    @Test
    void statefulGoesOnWhereItEnded() {
        Tensor x = Gradients.random(new SplittableRandom(4), 2, 6, 2);
        float[] whole = output(built(new Lstm(3), 6, 2), x, false);
        Layer layer = built(new Lstm(3).stateful(true), -1, 2);
        for (boolean training : new boolean[] {false, true}) {
            layer.resetStates();
            float[] end = null;
            for (int part = 0; part < 3; part++) {
                Tensor piece = new Tensor(2, 2, 2);
                for (int b = 0; b < 2; b++) {
                    System.arraycopy(x.values(), x.index(b, 2 * part, 0), piece.values(), 4 * b, 4);
                }
                end = output(layer, piece, training);
            }
            assertArrayEquals(whole, end, 1e-6f);
        }
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> output(layer, new Tensor(1, 2, 2), false));
        assertTrue(e.getMessage().contains("call resetStates"), e.getMessage());
        layer.resetStates();
        output(layer, new Tensor(1, 2, 2), false);
    }

    @Test
    void aGivenStateIsWhereItStarts() {
        Tensor x = Gradients.random(new SplittableRandom(5), 2, 4, 2);
        Layer first = built(new Lstm(3).returnState(true), -1, 2);
        Layer second = new Lstm(3);
        second.build(Setup.of(engine, 1), new int[] {-1, 2}, new int[] {3}, new int[] {3});
        Tensor[] parts = {new Tensor(2, 3, 2), new Tensor(2, 1, 2)};
        for (int b = 0; b < 2; b++) {
            System.arraycopy(x.values(), x.index(b, 0, 0), parts[0].values(), 6 * b, 6);
            System.arraycopy(x.values(), x.index(b, 3, 0), parts[1].values(), 2 * b, 2);
        }
        Tensor[] state = {new Tensor(), new Tensor(), new Tensor()};
        first.forward(new Tensor[] {parts[0]}, state, false);
        assertArrayEquals(Plain.values(state[0]), Plain.values(state[1]), "the last output is h");
        Tensor[] y = {new Tensor()};
        second.forward(new Tensor[] {parts[1], state[1], state[2]}, y, false);
        assertArrayEquals(output(built(new Lstm(3), 4, 2), x, false), Plain.values(y[0]), 1e-6f);
    }

    @Test
    void dropoutIsDrawnByNumber() {
        Tensor x = Gradients.random(new SplittableRandom(1), 2, 4, 2);
        for (Recurrent made : new Recurrent[] {new Lstm(8).options(o -> o.layers(2).dropout(0.5f)),
            new Lstm(8).dropout(0.5f), new Lstm(8).recurrentDropout(0.5f)}) {
            Layer layer = built(made, 4, 2);
            layer.draws(9);
            float[] first = output(layer, x, true);
            assertFalse(Arrays.equals(first, output(layer, x, true)), "the second call draws other masks");
            layer.draws(9);
            assertArrayEquals(first, output(layer, x, true));
            assertArrayEquals(output(layer, x, false), output(layer, x, false));
        }
    }

    @Test
    void oneBiasOrTwo() {
        assertEquals(4 * 3 * (10 + 3 + 1), count(built(new Lstm(3), 2, 10)));
        assertEquals(4 * 3 * (10 + 3 + 2), count(built(new Lstm(3).redundantBias(true), 2, 10)));
        assertEquals(3 * 6 * (3 + 6 + 2), count(built(new Gru(6), 7, 3)));
        assertEquals(3 * 4 * (2 + 4 + 1), count(built(new Gru(4).options(o -> o.resetAfter(false)), 5, 2)));
        assertEquals(3 * (2 + 3 + 1), count(built(new SimpleRnn(3), 5, 2)));
    }

    private static int count(Layer layer) {
        return layer.parameters().stream().mapToInt(Trainable::size).sum();
    }

    @Test
    void refusesWrongShapesAndOrder() {
        Layer layer = built(new Lstm(3), 4, 2);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> output(layer, new Tensor(2, 4, 1), true));
        assertEquals("x: expected 3 axes, the last of size 2, got [2, 4, 1]", e.getMessage());
        output(layer, new Tensor(2, 4, 2), false);
        assertThrows(IllegalStateException.class, () -> layer.backward(new Tensor[] {new Tensor(2, 3)}, new Tensor[1]));
        assertThrows(IllegalArgumentException.class, () -> built(new Bidirectional(new Lstm(3).goBackwards(true)), 4, 2));
        assertThrows(IllegalArgumentException.class, () -> new Lstm(3).build(Setup.of(engine, 1), new int[] {4, 2},
                new int[] {3}), "h without c");
    }
}
