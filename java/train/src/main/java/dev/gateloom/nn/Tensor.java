package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;

/**
 * A batch of sequences, time-major: {@code values [T, B, F]}, row-major. One vector per sample is {@code T = 1}. The
 * array grows when a larger shape is set and never shrinks, so a training loop allocates nothing after its first
 * round; it may therefore be longer than {@link #size()}.
 */
public final class Tensor {
    private float[] values = new float[0];
    private int steps;
    private int batch;
    private int features;

    /** An empty tensor, to be shaped by whoever writes to it. */
    public Tensor() {
    }

    /**
     * Zeros.
     *
     * @param steps T
     * @param batch B
     * @param features F
     */
    public Tensor(int steps, int batch, int features) {
        shape(steps, batch, features);
    }

    /**
     * Sets the shape. What the values are afterwards is not defined; they are to be written.
     *
     * @param newSteps T, at least 0
     * @param newBatch B, at least 0
     * @param newFeatures F, at least 0
     * @return this
     */
    public Tensor shape(int newSteps, int newBatch, int newFeatures) {
        long size = (long) newSteps * newBatch * newFeatures;
        if (newSteps < 0 || newBatch < 0 || newFeatures < 0 || size > Integer.MAX_VALUE - 8) {
            Require.that(false, "shape", "three sizes of at least 0 with a product below 2^31",
                    text(newSteps, newBatch, newFeatures));
        }
        if (size > values.length) {
            values = new float[(int) size];
        }
        steps = newSteps;
        batch = newBatch;
        features = newFeatures;
        return this;
    }

    /**
     * The values.
     *
     * @return the array itself; the first {@link #size()} entries count
     */
    public float[] values() {
        return values;
    }

    /**
     * Time steps.
     *
     * @return T
     */
    public int steps() {
        return steps;
    }

    /**
     * Samples.
     *
     * @return B
     */
    public int batch() {
        return batch;
    }

    /**
     * Values of one sample at one step.
     *
     * @return F
     */
    public int features() {
        return features;
    }

    /**
     * Rows of F values.
     *
     * @return T·B
     */
    public int rows() {
        return steps * batch;
    }

    /**
     * Number of values.
     *
     * @return T·B·F
     */
    public int size() {
        return steps * batch * features;
    }

    /**
     * Where a value lies.
     *
     * @param t step
     * @param b sample
     * @param f feature
     * @return index into {@link #values()}
     */
    public int index(int t, int b, int f) {
        return (t * batch + b) * features + f;
    }

    /** The check of an argument's shape; builds its message only when it fails. */
    void require(String argument, int t, int b, int f) {
        if (steps != t || batch != b || features != f) {
            Require.that(false, argument, text(t, b, f), this);
        }
    }

    @Override
    public String toString() {
        return text(steps, batch, features);
    }

    private static String text(int steps, int batch, int features) {
        return "[T=" + steps + ", B=" + batch + ", F=" + features + "]";
    }
}
