package dev.gateloom.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WarmUpTest {
    private int calls;

    /** Each of the first ten calls is a quarter faster than the one before; after that nothing changes. */
    @Test
    void goesOnAsLongAsCallsBecomeFaster() throws Exception {
        long start = System.nanoTime();
        WarmUp.run(() -> Thread.sleep((long) Math.max(20, 400 * Math.pow(0.75, calls++))), 0.3);
        double seconds = (System.nanoTime() - start) * 1e-9;
        assertTrue(calls > 12, calls + " calls");
        assertTrue(seconds > 1.5 && seconds < WarmUp.MOST, seconds + " s");
    }

    @Test
    void stopsSoonIfNothingChanges() throws Exception {
        long start = System.nanoTime();
        WarmUp.run(() -> Thread.sleep(10), 0.3);
        double seconds = (System.nanoTime() - start) * 1e-9;
        assertTrue(seconds > 0.4 && seconds < 5, seconds + " s");
    }
}
