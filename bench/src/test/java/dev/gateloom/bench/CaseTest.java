package dev.gateloom.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CaseTest {

    /** Counts the multiply-adds of the equations one by one. */
    @Test
    void flopsCountEveryMultiplyAddTwice() {
        int b = 3;
        int t = 5;
        int i = 7;
        int h = 9;
        double forward = 0;
        for (int step = 0; step < t; step++) {
            for (int sequence = 0; sequence < b; sequence++) {
                for (int gateUnit = 0; gateUnit < 4 * h; gateUnit++) {
                    forward += 2 * i + 2 * h;
                }
            }
        }
        Dims dims = new Dims(b, t, i, h);
        assertEquals(forward, new Case(CellType.LSTM, dims, Kind.FORWARD).flops());
        assertEquals(forward * 3 / 4, new Case(CellType.GRU, dims, Kind.FORWARD).flops());
        assertEquals(3 * forward, new Case(CellType.LSTM, dims, Kind.TRAINING).flops());
        assertEquals(forward / t, new Case(CellType.LSTM, dims, Kind.STEP).flops());
    }

    /** A second layer's inputs are H wide; of a ragged batch only valid steps count. */
    @Test
    void flopsOfStacksAndRaggedBatches() {
        Dims dims = new Dims(3, 5, 7, 9);
        double dense = 2.0 * 3 * 5 * 4 * 9 * (7 + 9 + 9 + 9);
        assertEquals(dense, new Case(CellType.LSTM, dims, Kind.FORWARD, 2, false).flops());
        Case ragged = new Case(CellType.LSTM, dims, Kind.FORWARD, 2, true);
        int steps = Arrays.stream(ragged.lengths()).sum();
        assertTrue(steps < 15, "lengths " + Arrays.toString(ragged.lengths()));
        assertEquals(dense / 15 * steps, ragged.flops(), 1e-6);
    }

    @Test
    void lengthsAreTheSameEveryTimeAndWithinTheSteps() {
        Case ragged = new Case(CellType.GRU, new Dims(50, 7, 1, 1), Kind.TRAINING, 1, true);
        int[] lengths = ragged.lengths();
        assertArrayEquals(lengths, ragged.lengths());
        assertEquals(7, lengths[0]);
        assertEquals(1, Arrays.stream(lengths).min().getAsInt());
        assertEquals(7, Arrays.stream(lengths).max().getAsInt());
        assertNull(new Case(CellType.GRU, new Dims(50, 7, 1, 1), Kind.STEP, 1, true).lengths(), "a single step has all");
        assertThrows(IllegalArgumentException.class, () -> new Case(CellType.GRU, new Dims(1, 1, 1, 1), Kind.STEP, 0, false));
    }

    @Test
    void largestShapeDoesNotOverflow() {
        assertEquals(2.0 * 128 * 32 * 4096 * 2048, new Case(CellType.LSTM, NamedShape.S5.dims(), Kind.FORWARD).flops());
    }

    @Test
    void titlesUseTheNamesPeopleKnow() {
        assertEquals("LSTM S3 training", new Case(CellType.LSTM, NamedShape.S3.dims(), Kind.TRAINING).title());
        assertEquals("GRU H=512 step", new Case(CellType.GRU, new Dims(1, 7, 512, 512), Kind.STEP).title());
        assertEquals("LSTM S3 training, 4 layers, ragged",
                new Case(CellType.LSTM, NamedShape.S3.dims(), Kind.TRAINING, 4, true).title());
        assertEquals("GRU 2x3x4x5 forward", new Case(CellType.GRU, new Dims(2, 3, 4, 5), Kind.FORWARD).title());
    }

    @Test
    void problemIsTheSameEveryTime() {
        Case c = new Case(CellType.GRU, new Dims(2, 3, 4, 5), Kind.FORWARD);
        Problem a = Problem.of(c);
        Problem b = Problem.of(c);
        assertArrayEquals(a.x(), b.x());
        assertArrayEquals(a.weights().data(), b.weights().data());
        assertEquals(2 * 3 * 4, a.x().length);
        assertNull(a.dy());
        for (float v : a.x()) {
            assertTrue(v >= -1 && v < 1);
        }
    }
}
