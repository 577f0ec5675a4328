package dev.gateloom.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * sigmoid and tanh over the whole range of float: every 4,099th number, all of them with {@code -Dgateloom.exhaustive=true}.
 * Both stay within 2.5 units in the last place, relative accuracy near 0 included. Where sigmoid is below the smallest
 * normal number, it may be anything up to 2e-38 instead.
 */
@Tag("engine")
class VectorMathTest {
    private static final double ULPS = 2.5;
    private static final int STRIDE = Boolean.getBoolean("gateloom.exhaustive") ? 1 : 4_099;
    private static final int BLOCK = 1 << 12;

    static Stream<Kernels> kernels() {
        return Stream.of(new SimdKernels(), new ScalarKernels());
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void sigmoid(Kernels kernels) {
        check(kernels::sigmoid, x -> 1 / (1 + Math.exp(-x)));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void tanh(Kernels kernels) {
        check(kernels::tanh, Math::tanh);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void specialValues(Kernels kernels) {
        float[] x = new float[kernels.lanes];
        float[] y = new float[kernels.lanes];
        x[0] = Float.POSITIVE_INFINITY;
        x[1] = Float.NEGATIVE_INFINITY;
        x[2] = Float.NaN;
        kernels.tanh(x.length, x, 0, y, 0);
        assertEquals(1f, y[0]);
        assertEquals(-1f, y[1]);
        assertTrue(Float.isNaN(y[2]), "tanh(NaN) = " + y[2]);
        kernels.sigmoid(x.length, x, 0, y, 0);
        assertEquals(1f, y[0]);
        assertEquals(0f, y[1], 2e-38f);
        assertTrue(Float.isNaN(y[2]), "sigmoid(NaN) = " + y[2]);
        assertEquals(0.5f, y[3]);
    }

    private interface Function {
        void apply(int n, float[] x, int xo, float[] y, int yo);
    }

    private static void check(Function function, DoubleUnaryOperator exact) {
        float[] x = new float[BLOCK];
        float[] y = new float[BLOCK];
        double worst = 0;
        float at = 0;
        for (long bits = 0; bits < 1L << 32;) {
            for (int i = 0; i < BLOCK; i++, bits += STRIDE) {
                x[i] = Float.intBitsToFloat((int) bits);
            }
            function.apply(BLOCK, x, 0, y, 0);
            for (int i = 0; i < BLOCK; i++) {
                if (Float.isNaN(x[i])) {
                    assertTrue(Float.isNaN(y[i]), () -> "not NaN for NaN");
                    continue;
                }
                double error = error(y[i], exact.applyAsDouble(x[i]));
                if (!(error <= worst)) {
                    worst = error;
                    at = x[i];
                }
            }
        }
        double found = worst;
        float where = at;
        assertTrue(found <= ULPS, () -> found + " ulp at " + where);
    }

    private static double error(float got, double exact) {
        if (exact >= 0 && exact < 2e-38 && got >= 0 && got <= 2e-38) {
            return 0;
        }
        return Math.abs(got - exact) / Math.ulp((float) exact);
    }
}
