package dev.gateloom.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.LinkedHashMap;
import java.util.Map;

/** Named tensors, and how they are compared. */
final class Results {
    private final String origin;
    private final Map<String, float[]> tensors = new LinkedHashMap<>();

    Results(String origin) {
        this.origin = origin;
    }

    void put(String name, float[] values) {
        tensors.put(name, values);
    }

    float[] get(String name) {
        return tensors.get(name);
    }

    Map<String, float[]> tensors() {
        return tensors;
    }

    /** {@code |a - e| <= rtol · max(M, 1e-3)} for every element, M the largest magnitude expected in the tensor. */
    void assertClose(Results expected, double rtol) {
        assertEquals(expected.tensors.keySet(), tensors.keySet(), origin);
        expected.tensors.forEach((name, e) -> assertClose(origin + ": " + name, e, tensors.get(name), rtol));
    }

    static void assertClose(String name, float[] expected, float[] actual, double rtol) {
        assertEquals(expected.length, actual.length, name + ": number of values");
        double limit = rtol * scale(expected);
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs((double) actual[i] - expected[i]) <= limit)) {
                fail(name + "[" + i + "]: expected " + expected[i] + ", got " + actual[i] + ", allowed difference "
                        + limit + " = " + rtol + " · " + scale(expected));
            }
        }
    }

    /** Largest error of any tensor in units of its scale. */
    double error(Results expected) {
        double worst = 0;
        for (Map.Entry<String, float[]> tensor : expected.tensors.entrySet()) {
            float[] actual = tensors.get(tensor.getKey());
            double scale = scale(tensor.getValue());
            for (int i = 0; i < actual.length; i++) {
                double difference = Math.abs((double) actual[i] - tensor.getValue()[i]);
                worst = Math.max(worst, difference / scale);
            }
        }
        return worst;
    }

    void assertSameBits(Results expected) {
        assertEquals(expected.tensors.keySet(), tensors.keySet(), origin);
        expected.tensors.forEach((name, e) -> assertSameBits(origin + ": " + name, e, tensors.get(name)));
    }

    static void assertSameBits(String name, float[] expected, float[] actual) {
        assertArrayEquals(Region.bits(expected), Region.bits(actual), name + ": same bits");
    }

    private static double scale(float[] expected) {
        double largest = 1e-3;
        for (float e : expected) {
            largest = Math.max(largest, Math.abs(e));
        }
        return largest;
    }
}
