package dev.gateloom.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.gateloom.CellType;
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

    @Test
    void largestShapeDoesNotOverflow() {
        assertEquals(2.0 * 128 * 32 * 4096 * 2048, new Case(CellType.LSTM, NamedShape.S5.dims(), Kind.FORWARD).flops());
    }

    @Test
    void titlesUseTheNamesPeopleKnow() {
        assertEquals("LSTM S3 training", new Case(CellType.LSTM, NamedShape.S3.dims(), Kind.TRAINING).title());
        assertEquals("GRU H=512 step", new Case(CellType.GRU, new Dims(1, 7, 512, 512), Kind.STEP).title());
        assertEquals("GRU 2x3x4x5 forward", new Case(CellType.GRU, new Dims(2, 3, 4, 5), Kind.FORWARD).title());
    }

    @Test
    void problemIsTheSameEveryTime() {
        Case c = new Case(CellType.GRU, new Dims(2, 3, 4, 5), Kind.FORWARD);
        Problem a = Problem.of(c);
        Problem b = Problem.of(c);
        org.junit.jupiter.api.Assertions.assertArrayEquals(a.x(), b.x());
        org.junit.jupiter.api.Assertions.assertArrayEquals(a.weights().data(), b.weights().data());
        assertEquals(2 * 3 * 4, a.x().length);
        assertNull(a.dy());
        for (float v : a.x()) {
            org.junit.jupiter.api.Assertions.assertTrue(v >= -1 && v < 1);
        }
    }
}
