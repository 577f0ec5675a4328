package dev.gateloom.train.internal;

import java.util.Arrays;

/**
 * Sums of the squares of many floats. Blocks of values are added up in float32, value by value, since HotSpot makes vectors of
 * that and not of sums in double precision; after a few blocks these go on from there. What is left over, and everything where
 * float32 has not the range, is squared in double precision.
 */
public final class Squares {
    /** Values that are worked on at a time: they stay in the first-level cache. */
    private static final int BLOCK = 1024;
    /** Squares that are added up in float32. */
    private static final int BLOCKS = 8;
    /** Squares too small for float32, of which there are below 2³¹, are no more than rounding in a sum of at least this. */
    private static final double LEAST = 1e-28;
    /** One for each thread: a training step allocates nothing. */
    private static final ThreadLocal<Squares> OF_THREAD = ThreadLocal.withInitial(Squares::new);

    private final float[] block = new float[BLOCK];
    private final float[] other = new float[BLOCK];
    private final float[] sums = new float[BLOCK];
    private int added;                                  // squares in each of the sums
    private double total;

    private Squares() {
    }

    /**
     * {@code Σ v²}.
     *
     * @param v values
     * @param from first index
     * @param to index after the last
     * @return the sum
     */
    public static double sum(float[] v, int from, int to) {
        Squares room = OF_THREAD.get();
        room.clear();
        int i = from;
        for (; i <= to - BLOCK; i += BLOCK) {
            System.arraycopy(v, i, room.block, 0, BLOCK);
            room.add();
        }
        double sum = room.total() + exact(v, i, to);
        return inRange(sum) ? sum : exact(v, from, to);
    }

    /**
     * {@code Σ (a - b)²}, and the differences times a factor.
     *
     * @param a values
     * @param b values at the same indices
     * @param from first index
     * @param to index after the last
     * @param factor of the differences
     * @param scaled receives them at the same indices; null if not wanted
     * @return the sum
     */
    public static double ofDifferences(float[] a, float[] b, int from, int to, float factor, float[] scaled) {
        Squares room = OF_THREAD.get();
        room.clear();
        int i = from;
        for (; i <= to - BLOCK; i += BLOCK) {
            System.arraycopy(a, i, room.block, 0, BLOCK);
            System.arraycopy(b, i, room.other, 0, BLOCK);
            subtract(room.block, room.other, factor);
            if (scaled != null) {
                System.arraycopy(room.other, 0, scaled, i, BLOCK);
            }
            room.add();
        }
        if (scaled != null) {
            subtract(a, b, i, to, factor, scaled);
        }
        double sum = room.total() + exact(a, b, i, to);
        return inRange(sum) ? sum : exact(a, b, from, to);
    }

    private static boolean inRange(double sum) {
        return sum >= LEAST && sum < Double.POSITIVE_INFINITY;
    }

    /** {@code a -= b}, and the differences times the factor in place of b. */
    private static void subtract(float[] a, float[] b, float factor) {
        for (int i = 0; i < BLOCK; i++) {
            float difference = a[i] - b[i];
            a[i] = difference;
            b[i] = difference * factor;
        }
    }

    private static void subtract(float[] a, float[] b, int from, int to, float factor, float[] scaled) {
        for (int i = from; i < to; i++) {
            scaled[i] = (a[i] - b[i]) * factor;
        }
    }

    private void clear() {
        if (added > 0) {                                // by a call that an exception ended
            clearSums();
        }
        total = 0;
    }

    private void clearSums() {
        Arrays.fill(sums, 0f);
        added = 0;
    }

    private void add() {
        add(block, sums);
        if (++added == BLOCKS) {
            total();
        }
    }

    /** All arrays of a loop at one index: else it would not become vectors. */
    private static void add(float[] v, float[] sums) {
        for (int i = 0; i < BLOCK; i++) {
            sums[i] += v[i] * v[i];
        }
    }

    /** Of all squares until now. */
    private double total() {
        if (added > 0) {
            double even = 0;
            double odd = 0;
            for (int i = 0; i < BLOCK; i += 2) {
                even += sums[i];
                odd += sums[i + 1];
            }
            total += even + odd;
            clearSums();
        }
        return total;
    }

    /** In two sums of four squares at a time: few additions wait for the one before. */
    private static double exact(float[] v, int from, int to) {
        double even = 0;
        double odd = 0;
        int i = from;
        for (; i < to - 7; i += 8) {
            even += square(v[i]) + square(v[i + 1]) + (square(v[i + 2]) + square(v[i + 3]));
            odd += square(v[i + 4]) + square(v[i + 5]) + (square(v[i + 6]) + square(v[i + 7]));
        }
        for (; i < to; i++) {
            even += square(v[i]);
        }
        return even + odd;
    }

    private static double exact(float[] a, float[] b, int from, int to) {
        double even = 0;
        double odd = 0;
        int i = from;
        for (; i < to - 1; i += 2) {
            even += square((double) a[i] - b[i]);
            odd += square((double) a[i + 1] - b[i + 1]);
        }
        return i < to ? even + odd + square((double) a[i] - b[i]) : even + odd;
    }

    private static double square(double value) {
        return value * value;
    }
}
