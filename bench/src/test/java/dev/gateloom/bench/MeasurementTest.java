package dev.gateloom.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import org.junit.jupiter.api.Test;

class MeasurementTest {
    private static final Case CASE = new Case(CellType.LSTM, new Dims(4, 10, 8, 8), Kind.FORWARD);

    @Test
    void medianOfTheForksMedians() {
        Measurement m = measured(new double[][] {{1, 2, 300}, {5, 4, 6}, {3, 3, 3}});
        assertEquals(3, m.nanos());
        assertEquals(0.75, m.spread());
    }

    @Test
    void spreadOfOneForkIsThatOfItsIterations() {
        assertEquals(1, measured(new double[][] {{1, 2, 3, 4, 5}}).spread());
    }

    @Test
    void ratesFollowFromTheTime() {
        Measurement m = measured(new double[][] {{1000}});       // a microsecond
        assertEquals(4e6, m.sequencesPerSecond(), 1e-3);
        assertEquals(4e7, m.stepsPerSecond(), 1e-2);
        assertEquals(2.0 * 40 * 32 * 16 / 1000, m.gflops(), 1e-9);
    }

    /** In round 2 the machine was three times slower for both: the ratio stays 2. */
    @Test
    void ratioIsTakenRoundByRound() {
        Measurement fast = measured(new double[][] {{10}, {30}, {10}});
        Measurement slow = measured(new double[][] {{20}, {60}, {20}});
        assertEquals(2, fast.timesFasterThan(slow));
        assertEquals(0.5, slow.timesFasterThan(fast));
        assertEquals(4, fast.timesFasterThan(measured(new double[][] {{40}})), "different numbers of rounds");
    }

    @Test
    void scaledIfASliceWasTimed() {
        assertFalse(measured(new double[][] {{1}}).scaled());
        assertTrue(new Measurement(CASE, "a", "", CASE.with(new Dims(4, 2, 8, 8)), new double[][] {{1}}, "").scaled());
    }

    @Test
    void slowEnginesAreTimedOnASliceWithinTheirBudget() {
        Settings settings = new Settings(1, 1, 1, false);
        Case s5 = new Case(CellType.LSTM, NamedShape.S5.dims(), Kind.TRAINING);
        Case slice = settings.slice("reference", s5);
        assertEquals(1, slice.dims().steps());
        assertTrue(slice.dims().batch() >= 1 && slice.flops() <= Math.max(5e7, s5.with(new Dims(1, 1, 1024, 1024)).flops()),
                slice.toString());
        Case s2 = new Case(CellType.LSTM, NamedShape.S2.dims(), Kind.FORWARD);
        assertEquals(32, settings.slice("reference@1", s2).dims().batch());
        assertTrue(settings.slice("reference@1", s2).flops() <= 5e7);
        assertEquals(s5, settings.slice("cpu", s5));
        Case full = new Settings(1, 1, 1, true).slice("reference", s5);
        assertTrue(full.flops() > slice.flops() && full.flops() <= 5e8, full.toString());
    }

    private static Measurement measured(double[][] rounds) {
        return new Measurement(CASE, "a", "", CASE, rounds, "");
    }
}
