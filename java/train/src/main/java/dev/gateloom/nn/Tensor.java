package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.Arrays;

/**
 * Values with up to six axes, row-major, the batch first: {@code [B, F]}, {@code [B, T, F]}, {@code [B, H, W, C]} and so
 * on, as in Keras. Most operations see the rows {@code [rows, features]}: the last axis, and all others together.
 *
 * <p>The array grows when a larger shape is set and never shrinks, so a training loop allocates nothing after its first
 * round; it may therefore be longer than {@link #size()}.
 *
 * <p>A mask {@code [B, T]} says which steps count; without one all do. It belongs to whoever made it and is passed on from
 * layer to layer. Setting a shape removes it.
 */
public final class Tensor {
    private static final int MOST_AXES = 6;

    private float[] values = new float[0];
    private final int[] dims = new int[MOST_AXES];
    private int rank;
    private int size;
    private boolean[] mask;

    /** An empty tensor, to be shaped by whoever writes to it. */
    public Tensor() {
    }

    /**
     * Zeros.
     *
     * @param dims the shape, the batch first
     */
    public Tensor(int... dims) {
        shape(dims);
    }

    /**
     * The caller's values.
     *
     * @param values row-major; used, not copied
     * @param dims the shape, the batch first
     * @return the tensor
     */
    public static Tensor of(float[] values, int... dims) {
        Tensor t = new Tensor();
        t.values = values;
        t.shape(dims);
        Require.that(t.values == values, "values", "at least " + t.size + " for shape " + t, values.length);
        return t;
    }

    /**
     * Sets the shape. What the values are afterwards is not defined; they are to be written.
     *
     * @param newDims one to six sizes of at least 0
     * @return this
     */
    public Tensor shape(int... newDims) {
        Require.that(newDims.length >= 1 && newDims.length <= MOST_AXES, "shape", "1 to " + MOST_AXES + " axes",
                newDims.length);
        System.arraycopy(newDims, 0, dims, 0, newDims.length);
        return reshaped(newDims.length);
    }

    /**
     * Sets the shape {@code [d0]}.
     *
     * @param d0 first size
     * @return this
     */
    public Tensor shape(int d0) {
        dims[0] = d0;
        return reshaped(1);
    }

    /**
     * Sets the shape {@code [d0, d1]}.
     *
     * @param d0 first size
     * @param d1 second size
     * @return this
     */
    public Tensor shape(int d0, int d1) {
        dims[0] = d0;
        dims[1] = d1;
        return reshaped(2);
    }

    /**
     * Sets the shape {@code [d0, d1, d2]}.
     *
     * @param d0 first size
     * @param d1 second size
     * @param d2 third size
     * @return this
     */
    public Tensor shape(int d0, int d1, int d2) {
        dims[0] = d0;
        dims[1] = d1;
        dims[2] = d2;
        return reshaped(3);
    }

    /**
     * Sets the shape of a batch of samples.
     *
     * @param batch B
     * @param sample the other sizes
     * @return this
     */
    public Tensor shape(int batch, int[] sample) {
        dims[0] = batch;
        System.arraycopy(sample, 0, dims, 1, sample.length);
        return reshaped(sample.length + 1);
    }

    /**
     * Takes the shape of another tensor, not its mask.
     *
     * @param other the tensor
     * @return this
     */
    public Tensor like(Tensor other) {
        System.arraycopy(other.dims, 0, dims, 0, other.rank);
        return reshaped(other.rank);
    }

    /**
     * Takes the shape of another tensor, except for the last axis.
     *
     * @param other the tensor
     * @param features size of the last axis
     * @return this
     */
    public Tensor like(Tensor other, int features) {
        System.arraycopy(other.dims, 0, dims, 0, other.rank);
        dims[other.rank - 1] = features;
        return reshaped(other.rank);
    }

    private Tensor reshaped(int newRank) {
        long product = 1;
        boolean fits = true;
        for (int i = 0; i < newRank; i++) {
            fits &= dims[i] >= 0;
            product = Math.min(product * Math.max(dims[i], 0), Integer.MAX_VALUE);
        }
        rank = newRank;
        if (!fits || product > Integer.MAX_VALUE - 8) {
            Require.that(false, "shape", "sizes of at least 0 with a product below 2^31", this);
        }
        size = (int) product;
        if (size > values.length) {
            values = new float[size];
        }
        mask = null;
        return this;
    }

    /** Uses the memory of another tensor from now on; the shape is to be set next. */
    Tensor share(Tensor other) {
        values = other.values;
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
     * Axes.
     *
     * @return how many there are
     */
    public int rank() {
        return rank;
    }

    /**
     * Size of an axis.
     *
     * @param axis from 0, the batch
     * @return its size
     */
    public int dim(int axis) {
        if (axis < 0 || axis >= rank) {
            Require.that(false, "axis", "one of " + rank, axis);
        }
        return dims[axis];
    }

    /**
     * Samples.
     *
     * @return B, the size of the first axis
     */
    public int batch() {
        return dims[0];
    }

    /**
     * Time steps.
     *
     * @return T, the size of the second of at least three axes; else 1
     */
    public int steps() {
        return rank >= 3 ? dims[1] : 1;
    }

    /**
     * Values of a row.
     *
     * @return the size of the last axis; 1 for shape {@code [B]}
     */
    public int features() {
        return rank >= 2 ? dims[rank - 1] : 1;
    }

    /**
     * Rows of {@link #features()} values.
     *
     * @return the product of all axes but the last
     */
    public int rows() {
        int rows = 1;
        for (int i = 0; i < Math.max(rank - 1, 1); i++) {
            rows *= dims[i];
        }
        return rows;
    }

    /**
     * Number of values.
     *
     * @return the product of all axes
     */
    public int size() {
        return size;
    }

    /**
     * Where a value of a tensor {@code [B, T, F]} lies.
     *
     * @param b sample
     * @param t step
     * @param f feature
     * @return index into {@link #values()}
     */
    public int index(int b, int t, int f) {
        return (b * dims[1] + t) * dims[2] + f;
    }

    /**
     * Which steps count.
     *
     * @return {@code [B, T]}; null if all do
     */
    public boolean[] mask() {
        return mask;
    }

    /**
     * Sets which steps count.
     *
     * @param steps {@code [B, T]}, at least as many as there are; null if all do
     * @return this
     */
    public Tensor mask(boolean[] steps) {
        if (steps != null && steps.length < batch() * (rank >= 2 ? dims[1] : 1)) {
            Require.that(false, "mask", "a value for each step of " + this, steps.length);
        }
        mask = steps;
        return this;
    }

    /** Sets every value. */
    Tensor fill(float value) {
        Arrays.fill(values, 0, size, value);
        return this;
    }

    /** Copies the values of a tensor of the same size. */
    Tensor set(Tensor other) {
        System.arraycopy(other.values, 0, values, 0, other.size);
        return this;
    }

    boolean hasShapeOf(Tensor other) {
        return rank == other.rank && Arrays.equals(dims, 0, rank, other.dims, 0, rank);
    }

    /** Whether all axes but the last are the same. */
    boolean hasRowsOf(Tensor other) {
        return rank == other.rank && Arrays.equals(dims, 0, rank - 1, other.dims, 0, rank - 1);
    }

    /** The check of an argument's shape; builds its message only when it fails. */
    void requireLike(String argument, Tensor expected) {
        if (!hasShapeOf(expected)) {
            Require.that(false, argument, expected.toString(), this);
        }
    }

    /** The check of an argument's axes and of its last one. */
    void require(String argument, int leastRank, int mostRank, int features) {
        if (rank < leastRank || rank > mostRank || features() != features) {
            Require.that(false, argument, (leastRank == mostRank ? leastRank + " axes" : leastRank + " to " + mostRank
                    + " axes") + ", the last of size " + features, this);
        }
    }

    /** The shape, as {@code [2, 5, 3]}. */
    @Override
    public String toString() {
        return Arrays.toString(Arrays.copyOf(dims, rank));
    }
}
