package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.Arrays;

/**
 * In training alters each sample a little, each time differently, so that a model learns what does not matter; otherwise
 * gives its input as it is. Put it in front of a model of sequences {@code [B, T, C]} or images {@code [B, H, W, C]}:
 *
 * <pre>{@code new Augmentation().jitter(0.05f).scaling(0.1f).shift(10)}</pre>
 *
 * What is drawn depends on the seed and the number of the update alone, as for {@link Dropout}, so that a run that was resumed
 * sees the same samples.
 */
public final class Augmentation extends UnaryLayer {
    private static final int JITTER = 0;
    private static final int SCALING = 1;
    private static final int SHIFT = 2;
    private static final int MIRROR = 3;

    private float jitter;
    private float scaling;
    private int[] shift = {};           // most, along each axis of a sample
    private int[] moved = {};           // of the sample at hand, along the same axes
    private boolean mirror;
    private long seed;
    private long draw;
    private int[] from = new int[0];    // where each value of y comes from in x
    private float[] factor = new float[0];

    /** Alters nothing unless told to. */
    public Augmentation() {
    }

    /**
     * Adds normal noise to each value.
     *
     * @param deviation standard deviation of the noise, at least 0
     * @return this
     */
    public Augmentation jitter(float deviation) {
        Require.that(deviation >= 0, "deviation", "at least 0", deviation);
        jitter = deviation;
        return this;
    }

    /**
     * Multiplies each sample by a normal number around 1.
     *
     * @param deviation standard deviation of the factor, at least 0
     * @return this
     */
    public Augmentation scaling(float deviation) {
        Require.that(deviation >= 0, "deviation", "at least 0", deviation);
        scaling = deviation;
        return this;
    }

    /**
     * Moves each sample by up to so many places either way; what leaves is lost, and the last value at the other end is
     * repeated.
     *
     * @param most along the first axes of a sample: steps for a sequence; rows, columns for an image; each at least 0
     * @return this
     */
    public Augmentation shift(int... most) {
        Require.that(Arrays.stream(most).allMatch(m -> m >= 0), "most", "numbers of at least 0", Arrays.toString(most));
        shift = most.clone();
        moved = new int[most.length];
        return this;
    }

    /**
     * Mirrors every second sample, by chance, along the last axis before the channels: images from left to right, sequences
     * in time.
     *
     * @param on false by default
     * @return this
     */
    public Augmentation mirror(boolean on) {
        mirror = on;
        return this;
    }

    @Override
    public String kind() {
        return "Augmentation";
    }

    @Override
    protected int[] create(Setup setup, int[] input) {
        Require.that(input.length >= 1 + Math.max(shift.length, mirror ? 1 : 0), "input of " + kind(),
                Math.max(shift.length, 1) + " axes to move along, and channels", Arrays.toString(input));
        seed = setup.seed();
        return input.clone();
    }

    @Override
    public void draws(long number) {
        draw = number;
    }

    @Override
    protected void compute(Tensor x, Tensor y, boolean training) {
        if (x.mask() != null && (shift.length > 0 || mirror)) {
            throw new IllegalArgumentException("x: expected no masked steps with shift or mirror, got a mask");
        }
        y.like(x).mask(x.mask());
        if (!training) {
            y.set(x);
            return;
        }
        long drawn = Draw.bits(seed, draw++);
        if (from.length < x.size()) {
            from = new int[x.size()];
        }
        if (factor.length < x.batch()) {
            factor = new float[x.batch()];
        }
        int each = x.size() / Math.max(1, x.batch());
        for (int b = 0; b < x.batch(); b++) {
            factor[b] = scaling == 0 ? 1 : (float) (1 + scaling * Draw.normal(Draw.bits(drawn, SCALING), b));
            boolean turned = mirror && Draw.uniform(Draw.bits(drawn, MIRROR), b) < 0.5f;
            for (int k = 0; k < shift.length; k++) {
                float u = Draw.uniform(Draw.bits(drawn, SHIFT), (long) b * shift.length + k);
                moved[k] = (int) (u * (2 * shift[k] + 1)) - shift[k];
            }
            for (int i = b * each; i < (b + 1) * each; i++) {
                from[i] = b * each + source(x, i - b * each, turned);
                y.values()[i] = factor[b] * x.values()[from[i]];
            }
        }
        long noise = Draw.bits(drawn, JITTER);
        for (int i = 0; jitter > 0 && i < y.size(); i++) {
            y.values()[i] += (float) (jitter * Draw.normal(noise, i));
        }
    }

    /** Where value i of the sample at hand comes from. */
    private int source(Tensor x, int i, boolean turned) {
        int last = x.rank() - 1;            // the channels
        int source = 0;
        int stride = 1;
        int rest = i;
        for (int axis = last; axis >= 1; axis--) {
            int size = x.dim(axis);
            int place = rest % size;
            rest /= size;
            if (turned && axis == last - 1) {
                place = size - 1 - place;
            }
            if (axis <= shift.length) {
                place = Math.max(0, Math.min(size - 1, place - moved[axis - 1]));
            }
            source += stride * place;
            stride *= size;
        }
        return source;
    }

    @Override
    protected void gradients(Tensor x, Tensor dy, Tensor dx) {
        if (dx == null) {
            return;
        }
        dx.like(x).fill(0);
        int each = x.size() / Math.max(1, x.batch());
        for (int i = 0; i < x.size(); i++) {
            dx.values()[from[i]] += factor[i / each] * dy.values()[i];
        }
    }
}
