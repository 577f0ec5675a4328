package dev.gateloom.ptx.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Approximate instructions: nearest by default, wrong but within their bounds when perturbed; and the 16-bit formats. */
class ApproximationsTest {
    private static final Approximations NEAREST = Approximations.nearest();
    private static final Approximations PERTURBED = Approximations.perturbed(7);

    @Test
    void exp2() {
        Random random = new Random(1);
        int off = 0;
        for (int i = 0; i < 200_000; i++) {
            float x = (random.nextFloat() - 0.5f) * 310;
            float exact = (float) StrictMath.pow(2, x);
            assertEquals(exact, NEAREST.exp2(x), () -> "2^" + x);
            float wrong = PERTURBED.exp2(x);
            assertTrue(Math.abs(wrong - exact) <= 2 * Math.ulp(exact) || exact == wrong, () -> "2^" + x + " = " + wrong);
            assertEquals(wrong, PERTURBED.exp2(x));
            off += wrong != exact ? 1 : 0;
        }
        assertTrue(off > 100_000, "perturbed only " + off + " times");
        assertEquals(Float.POSITIVE_INFINITY, NEAREST.exp2(128));
        assertEquals(Float.POSITIVE_INFINITY, NEAREST.exp2(Float.POSITIVE_INFINITY));
        assertEquals(0, NEAREST.exp2(Float.NEGATIVE_INFINITY));
        assertTrue(Float.isNaN(NEAREST.exp2(Float.NaN)));
        assertEquals(Float.MIN_VALUE, NEAREST.exp2(-149));
    }

    @Test
    void theOthersNearTheirLimits() {
        assertEquals(Float.NEGATIVE_INFINITY, NEAREST.log2(0));
        assertTrue(Float.isNaN(NEAREST.log2(-1)));
        assertEquals(-149, NEAREST.log2(Float.MIN_VALUE));
        assertEquals(Float.POSITIVE_INFINITY, NEAREST.reciprocal(0));
        assertEquals(Float.NEGATIVE_INFINITY, NEAREST.reciprocal(-0.0f));
        assertEquals(0.5f, NEAREST.reciprocalRoot(4));
        assertTrue(Float.isNaN(NEAREST.root(-1)));
        assertEquals(1, NEAREST.tanh(20));
        assertEquals(-0.0f, NEAREST.tanh(-0.0f));
        for (float x = -9; x < 9; x += 0.01f) {
            float wrong = PERTURBED.tanh(x);
            assertTrue(Math.abs(wrong - Math.tanh(x)) <= Math.abs(Math.tanh(x)) * 0x1.01p-11 && Math.abs(wrong) <= 1);
        }
    }

    @Test
    void everyHalfSurvivesTheWayToAFloatAndBack() {
        for (int bits = 0; bits < 0x10000; bits++) {
            boolean nan = (bits & 0x7fff) > 0x7c00;
            assertEquals(nan ? Halves.NAN : bits, Halves.fromFloat(Halves.toFloat(bits)));
            boolean brainNan = (bits & 0x7fff) > 0x7f80;
            assertEquals(brainNan ? BrainFloats.NAN : bits, BrainFloats.fromFloat(BrainFloats.toFloat(bits)));
        }
        assertEquals(0x1p-24f, Halves.toFloat(1));
        assertEquals(65504f, Halves.toFloat(0x7bff));
        assertEquals(0x7c00, Halves.fromFloat(65520f));
        assertEquals(0x7bff, Halves.fromFloat(65519.99f));
    }
}
