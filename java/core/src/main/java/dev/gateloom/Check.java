package dev.gateloom;

import java.util.Arrays;

/** Argument checks whose messages name the argument, what was expected and what came. */
final class Check {

    private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private Check() {
    }

    static void that(boolean holds, String argument, String expected, Object came) {
        if (!holds) {
            throw new IllegalArgumentException(argument + ": expected " + expected + ", got " + came);
        }
    }

    static int atLeast(String argument, int value, int least) {
        that(value >= least, argument, "at least " + least, value);
        return value;
    }

    static float rate(String argument, float value) {
        that(value >= 0 && value < 1, argument, "a probability in [0, 1)", value);
        return value;
    }

    static <T> T present(String argument, T value) {
        that(value != null, argument, "a value", "null");
        return value;
    }

    /** The product of array dimensions, refused when one Java array cannot hold it. */
    static int size(String argument, long... dims) {
        long product = 1;
        for (long d : dims) {
            product = Math.multiplyExact(product, d);
            if (product > LARGEST_ARRAY) {
                that(false, argument, "at most 2^31 elements in one array", Arrays.toString(dims));
            }
        }
        return (int) product;
    }

    /** The same for a call that must not allocate. */
    static int size(String argument, long a, long b, long c, long d) {
        if (a * b > LARGEST_ARRAY || a * b * c > LARGEST_ARRAY || a * b * c * d > LARGEST_ARRAY) {
            that(false, argument, "at most 2^31 elements in one array", a + " x " + b + " x " + c + " x " + d);
        }
        return (int) (a * b * c * d);
    }
}
