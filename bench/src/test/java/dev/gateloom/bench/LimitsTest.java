package dev.gateloom.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LimitsTest {

    @Test
    void limitsAreWhatAComputerCanDo() {
        Limits limits = Limits.measure();
        assertEquals(Runtime.getRuntime().availableProcessors(), limits.threads());
        assertTrue(limits.peakOne() > 1 && limits.peakOne() < 2000, limits.toString());
        assertTrue(limits.peakAll() > 1, limits.toString());
        assertTrue(limits.bandwidth() > 0.3 && limits.bandwidth() < 5000, limits.toString());
        assertTrue(limits.how().contains("-bit vectors"), "the tests run with the SIMD module: " + limits.how());
    }

    /** The loops compute what they claim to: the chains converge to s / (1 - m). */
    @Test
    void loopsReallyMultiplyAndAdd() {
        double limit = 1.0001 / (1 - 0.9999);
        ScalarPeak scalar = new ScalarPeak();
        assertEquals(8 * limit, scalar.run(200_000), 8 * limit * 0.02);
        SimdPeak simd = new SimdPeak();
        int lanes = simd.flops() / 2;
        assertEquals(lanes * limit, simd.run(200_000), lanes * limit * 0.02);
    }
}
