package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.CellType;
import dev.gateloom.Engines;
import dev.gateloom.Initializer;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.Shape;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecurrentTest {
    private static RnnEngine engine;

    @BeforeAll
    static void open() {
        engine = Engines.get("reference");      // computes in double: only its outputs are rounded
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"LSTM", "GRU", "RNN_TANH"})
    void gradientsThroughAModelAgreeWithDifferences(CellType cell) {
        SplittableRandom random = new SplittableRandom(11);
        RnnConfig sequences = RnnConfig.of(cell, 3, 4).build();
        RnnConfig last = RnnConfig.of(cell, 4, 5).bidirectional(true).returnSequences(false).build();
        try (Sequential model = new Sequential(
                new Recurrent(engine, sequences, Shape.of(6, 3), Initializer.pytorch(1)),
                new Recurrent(engine, last, Shape.of(6, 3), Initializer.pytorch(2)),
                new Dense(10, 2, 3))) {
            Tensor x = Gradients.random(random, 5, 2, 3);       // smaller than the capacity
            Gradients.check(model, x, random, 1e-2, 2e-4);
        }
    }

    @Test
    void theLastOutputIsThatOfTheLastStep() {
        RnnConfig config = RnnConfig.lstm(2, 3).build();
        Tensor x = Gradients.random(new SplittableRandom(1), 4, 2, 2);
        Tensor all = new Tensor();
        Tensor last = new Tensor();
        try (Recurrent a = layer(config); Recurrent b = layer(config.toBuilder().returnSequences(false).build())) {
            a.forward(x, all, false);
            b.forward(x, last, false);
        }
        assertEquals("[T=1, B=2, F=3]", last.toString());
        assertArrayEquals(Arrays.copyOfRange(all.values(), all.index(3, 0, 0), all.size()),
                Arrays.copyOf(last.values(), last.size()));
    }

    @Test
    void dropoutIsDrawnAgainFromItsSeed() {
        RnnConfig config = RnnConfig.lstm(2, 8).layers(2).dropout(0.5f).build();
        Tensor x = Gradients.random(new SplittableRandom(1), 4, 2, 2);
        try (Recurrent layer = layer(config)) {
            float[] first = output(layer.seed(9), x, true);
            assertFalse(Arrays.equals(first, output(layer, x, true)), "the second call draws other masks");
            assertArrayEquals(first, output(layer.seed(9), x, true));
            assertArrayEquals(output(layer, x, false), output(layer, x, false));
        }
    }

    @Test
    void refusesWrongShapesAndOrder() {
        assertThrows(IllegalArgumentException.class, () -> layer(RnnConfig.lstm(2, 3).batchFirst(true).build()));
        try (Recurrent layer = layer(RnnConfig.lstm(2, 3).build())) {
            Tensor y = new Tensor();
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                    () -> layer.forward(new Tensor(4, 2, 1), y, true));
            assertEquals("x: expected [T=4, B=2, F=2], got [T=4, B=2, F=1]", e.getMessage());
            layer.forward(new Tensor(4, 2, 2), y, false);
            assertThrows(IllegalStateException.class, () -> layer.backward(y, null));
        }
    }

    private static float[] output(Recurrent layer, Tensor x, boolean training) {
        Tensor y = new Tensor();
        layer.forward(x, y, training);
        return Arrays.copyOf(y.values(), y.size());
    }

    private static Recurrent layer(RnnConfig config) {
        return new Recurrent(engine, config, Shape.of(6, 3), Initializer.pytorch(1));
    }
}
