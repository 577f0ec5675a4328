package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.Arrays;

/**
 * Windows that slide over the axes between batch and channels: one to three axes, taken as three (depth, height, width)
 * with leading axes of size 1. Set for each call, since the sizes of a batch may differ from those of the one before.
 */
public final class Window {
    /** Axes of every window. */
    static final int AXES = 3;

    private final int spatial;
    private final Padding padding;
    private final int[] kernel = {1, 1, 1};
    private final int[] stride = {1, 1, 1};
    private final int[] in = {1, 1, 1};
    private final int[] out = {1, 1, 1};
    private final int[] before = {0, 0, 0};
    private int channels;

    Window(int spatial, Padding padding, int[] kernel, int[] stride) {
        this.spatial = spatial;
        this.padding = padding;
        place(this.kernel, "kernelSize", kernel);
        place(this.stride, "strides", stride);
        Require.that(padding != Padding.CAUSAL || spatial == 1, "padding", "VALID or SAME with " + spatial + " axes",
                padding);
    }

    private void place(int[] to, String name, int[] sizes) {
        Require.that(sizes.length == spatial || sizes.length == 1, name, "one size, or one for each of " + spatial
                + " axes", Arrays.toString(sizes));
        for (int axis = 0; axis < spatial; axis++) {
            int size = sizes[sizes.length == 1 ? 0 : axis];
            Require.that(size >= 1, name, "sizes of at least 1", Arrays.toString(sizes));
            to[AXES - spatial + axis] = size;
        }
    }

    /** Output size of a spatial axis, from 0; -1 (unknown) stays unknown. */
    int outputSize(int axis, int size) {
        if (size < 0) {
            return -1;
        }
        int k = kernel[AXES - spatial + axis];
        int s = stride[AXES - spatial + axis];
        int windows = padding == Padding.VALID ? (size - k + s) / s : (size + s - 1) / s;
        if (windows < 1 || size < 1) {
            Require.that(false, "x", "at least " + (padding == Padding.VALID ? k : 1) + " values along axis " + (axis + 1),
                    size);
        }
        return windows;
    }

    /** Takes the sizes of {@code x [B, spatial..., C]}. */
    Window over(Tensor x) {
        channels = x.features();
        for (int axis = 0; axis < spatial; axis++) {
            int at = AXES - spatial + axis;
            int size = x.dim(axis + 1);
            in[at] = size;
            out[at] = outputSize(axis, size);
            before[at] = switch (padding) {
                case VALID -> 0;
                case SAME -> Math.max((out[at] - 1) * stride[at] + kernel[at] - size, 0) / 2;
                case CAUSAL -> kernel[at] - 1;
            };
        }
        return this;
    }

    /** Sets {@code y [B, out..., features]}. */
    void shape(Tensor y, int batch, int features, int[] sample) {
        for (int axis = 0; axis < spatial; axis++) {
            sample[axis] = out[AXES - spatial + axis];
        }
        sample[spatial] = features;
        y.shape(batch, sample);
    }

    /**
     * Size of the window.
     *
     * @param axis 0 depth, 1 height, 2 width
     * @return values along the axis
     */
    public int kernel(int axis) {
        return kernel[axis];
    }

    /**
     * Distance from window to window.
     *
     * @param axis 0 depth, 1 height, 2 width
     * @return values along the axis
     */
    public int stride(int axis) {
        return stride[axis];
    }

    /**
     * Size of the input.
     *
     * @param axis 0 depth, 1 height, 2 width
     * @return values along the axis
     */
    public int in(int axis) {
        return in[axis];
    }

    /**
     * Places of the window.
     *
     * @param axis 0 depth, 1 height, 2 width
     * @return how many along the axis
     */
    public int out(int axis) {
        return out[axis];
    }

    /**
     * Zeros in front of the first value.
     *
     * @param axis 0 depth, 1 height, 2 width
     * @return how many along the axis
     */
    public int before(int axis) {
        return before[axis];
    }

    /**
     * Values at a place of the input.
     *
     * @return C
     */
    public int channels() {
        return channels;
    }

    /**
     * Places of the window in a sample.
     *
     * @return the product of all {@link #out}
     */
    public int positions() {
        return out[0] * out[1] * out[2];
    }

    /**
     * Values of a channel under a window.
     *
     * @return the product of all {@link #kernel}
     */
    public int taps() {
        return kernel[0] * kernel[1] * kernel[2];
    }

    /**
     * Values of a sample.
     *
     * @return the product of all {@link #in} and C
     */
    public int inputSize() {
        return in[0] * in[1] * in[2] * channels;
    }
}
