package dev.gateloom.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import java.util.stream.LongStream;
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
        long block = (long) BLOCK * STRIDE;
        Worst worst = LongStream.range(0, (1L << 32) / block + 1).parallel()
                .mapToObj(i -> worst(function, exact, i * block)).reduce(new Worst(0, 0), Worst::or);
        assertTrue(worst.ulps <= ULPS, () -> worst.ulps + " ulp at " + worst.x);
    }

    /** The largest error, and where. */
    private record Worst(double ulps, float x) {
        /** The larger one; NaN is larger than anything. */
        Worst or(Worst other) {
            return other.ulps <= ulps || Double.isNaN(ulps) ? this : other;
        }
    }

    /** Of one block of numbers, by their bits; after the last number come the first ones again. */
    private static Worst worst(Function function, DoubleUnaryOperator exact, long first) {
        float[] x = new float[BLOCK];
        float[] y = new float[BLOCK];
        for (int i = 0; i < BLOCK; i++) {
            x[i] = Float.intBitsToFloat((int) (first + (long) i * STRIDE));
        }
        function.apply(BLOCK, x, 0, y, 0);
        Worst worst = new Worst(0, 0);
        for (int i = 0; i < BLOCK; i++) {
            if (!Float.isNaN(x[i])) {
                double error = error(y[i], exact.applyAsDouble(x[i]));
                if (!(error <= worst.ulps)) {
                    worst = worst.or(new Worst(error, x[i]));
                }
            } else if (!Float.isNaN(y[i])) {
                worst = worst.or(new Worst(Double.NaN, x[i]));
            }
        }
        return worst;
    }

    private static double error(float got, double exact) {
        if (exact >= 0 && exact < 2e-38 && got >= 0 && got <= 2e-38) {
            return 0;
        }
        return Math.abs(got - exact) / Math.ulp((float) exact);
    }
}
