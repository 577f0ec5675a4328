package dev.gateloom.train.internal;

import dev.gateloom.spi.Workers;
import java.util.Arrays;

/**
 * Sums of the squares of many floats. Blocks of values are added up in float32, value by value, since HotSpot makes vectors of
 * that and not of sums in double precision; after a few blocks these go on from there. What is left over, and everything where
 * float32 has not the range, is squared in double precision. The number of threads changes no bits. One caller at a time.
 */
public final class Squares {
    /** Values that are worked on at a time: they stay in the first-level cache. */
    private static final int BLOCK = 1024;
    /** Squares that are added up in float32. */
    private static final int BLOCKS = 8;
    /** Values of what a thread takes at once. */
    private static final int PART = BLOCKS * BLOCK;
    /** Squares too small for float32, of which there are below 2³¹, are no more than rounding in a sum of at least this. */
    private static final double LEAST = 1e-28;
    /** A training step allocates nothing. */
    private static final ThreadLocal<Room> ROOM = ThreadLocal.withInitial(Room::new);

    private static final ThreadLocal<Squares> ALONE = ThreadLocal.withInitial(() -> new Squares(Workers.NONE));

    /** Of one thread. */
    private static final class Room {
        private final float[] block = new float[BLOCK];
        private final float[] other = new float[BLOCK];
        private final float[] sums = new float[BLOCK];
    }

    private final Workers workers;
    private final Workers.Work work = this::add;
    private double[] sums = new double[0];              // of the parts
    private float[] a;
    private float[] b;                                  // null: of a itself
    private int from;
    private int blocksEnd;                              // of the whole blocks
    private float factor;
    private float[] scaled;

    /**
     * By some threads.
     *
     * @param workers which, if there is enough to do
     */
    public Squares(Workers workers) {
        this.workers = workers;
    }

    /**
     * By the calling thread.
     *
     * @return its own
     */
    public static Squares alone() {
        return ALONE.get();
    }

    /**
     * {@code Σ v²}.
     *
     * @param v values
     * @param first first index
     * @param end index after the last
     * @return the sum
     */
    public double sum(float[] v, int first, int end) {
        double sum = blocks(v, null, first, end, 1, null);
        sum += exact(v, blocksEnd, end);
        return inRange(sum) ? sum : exact(v, first, end);
    }

    /**
     * {@code Σ (v - w)²}, and the differences times a factor.
     *
     * @param v values
     * @param w values at the same indices
     * @param first first index
     * @param end index after the last
     * @param scale factor of the differences
     * @param differences receives them at the same indices; null if not wanted
     * @return the sum
     */
    public double ofDifferences(float[] v, float[] w, int first, int end, float scale, float[] differences) {
        double sum = blocks(v, w, first, end, scale, differences);
        if (differences != null) {
            subtract(v, w, blocksEnd, end, scale, differences);
        }
        sum += exact(v, w, blocksEnd, end);
        return inRange(sum) ? sum : exact(v, w, first, end);
    }

    /** The sum over all whole blocks. */
    private double blocks(float[] v, float[] w, int first, int end, float scale, float[] differences) {
        a = v;
        b = w;
        from = first;
        blocksEnd = first + (end - first) / BLOCK * BLOCK;
        factor = scale;
        scaled = differences;
        int parts = (blocksEnd - first + PART - 1) / PART;
        if (sums.length < parts) {
            sums = new double[parts];
        }
        if (parts > 0) {
            workers.run(parts, work);
        }
        double sum = 0;
        for (int part = 0; part < parts; part++) {
            sum += sums[part];
        }
        a = null;
        b = null;
        scaled = null;
        return sum;
    }

    /** The squares of one part. */
    private void add(int part) {
        Room room = ROOM.get();
        Arrays.fill(room.sums, 0f);
        int start = from + part * PART;
        for (int i = start; i < Math.min(start + PART, blocksEnd); i += BLOCK) {
            System.arraycopy(a, i, room.block, 0, BLOCK);
            if (b != null) {
                System.arraycopy(b, i, room.other, 0, BLOCK);
                subtract(room.block, room.other, factor);
            }
            if (scaled != null) {
                System.arraycopy(room.other, 0, scaled, i, BLOCK);
            }
            add(room.block, room.sums);
        }
        double even = 0;
        double odd = 0;
        for (int i = 0; i < BLOCK; i += 2) {
            even += room.sums[i];
            odd += room.sums[i + 1];
        }
        sums[part] = even + odd;
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

    /** All arrays of a loop at one index: else it would not become vectors. */
    private static void add(float[] v, float[] sums) {
        for (int i = 0; i < BLOCK; i++) {
            sums[i] += v[i] * v[i];
        }
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
