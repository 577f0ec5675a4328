package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.TestInstance;

/** What the tests of {@link Operations} share: an operation runs twice, between guards, and agrees with its definition. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OperationsChecks {
    /** Half a unit in the last place of numbers around 1. */
    static final double HALF_ULP = 0x1p-24;
    /** An exponential or a tangent and a few products of what is below 1. */
    static final double FEW = 64 * HALF_ULP;
    static final double NONE = 0;

    /**
     * What is tested.
     *
     * @return the same object at each call
     */
    protected abstract Operations operations();

    /** Runs an operation twice. */
    static void check(Consumer<GuardedTensors> operation) {
        int[][][] bits = new int[2][][];
        for (int turn = 0; turn < bits.length; turn++) {
            GuardedTensors tensors = new GuardedTensors();
            operation.accept(tensors);
            tensors.verify();
            bits[turn] = tensors.bits();
        }
        assertTrue(Arrays.deepEquals(bits[0], bits[1]), "the same bits again");
    }

    static void same(double[] expected, Tensor actual, double tolerance) {
        assertEquals(expected.length, actual.size());
        for (int i = 0; i < expected.length; i++) {
            double bound = tolerance * Math.max(1, Math.abs(expected[i]));
            int at = i;
            assertTrue(Math.abs(expected[i] - actual.values()[i]) <= bound,
                    () -> "[" + at + "] of " + actual + ": expected " + expected[at] + ", got " + actual.values()[at]);
        }
    }

    static double[] exact(Tensor t) {
        return GuardedTensors.exact(t);
    }

    /** n roundings of sums below n, each half a unit in the last place. */
    static double ofSums(int n) {
        return (n + 2.0) * (n + 2.0) * HALF_ULP;
    }
}
