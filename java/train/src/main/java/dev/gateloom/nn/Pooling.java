package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;

/**
 * One value for each window and channel, over the axes between batch and channels: one axis for each size given. Masked steps
 * are read as they are; the output has no mask.
 */
public abstract class Pooling extends UnaryLayer {
    private final int axes;
    private final int[] poolSize;
    private int[] strides;
    private Padding padding = Padding.VALID;
    private Window window;
    private int[] sample;

    /** The operations of the setup. */
    Operations ops;

    Pooling(int... poolSize) {
        Require.that(poolSize.length >= 1 && poolSize.length <= Window.AXES, "poolSize", "1 to 3 sizes", poolSize.length);
        axes = poolSize.length;
        this.poolSize = poolSize.clone();
        strides = this.poolSize;
    }

    /**
     * Distance from window to window.
     *
     * @param newStrides one for all axes, or one each; by default the size of the window
     * @return this
     */
    public Pooling strides(int... newStrides) {
        strides = newStrides.clone();
        return this;
    }

    /**
     * What happens at the ends.
     *
     * @param newPadding VALID by default; not CAUSAL
     * @return this
     */
    public Pooling padding(Padding newPadding) {
        Require.that(newPadding != Padding.CAUSAL, "padding", "VALID or SAME", newPadding);
        padding = newPadding;
        return this;
    }

    abstract String operation();

    abstract void pool(Window w, Tensor x, Tensor y);

    /** Adds to dx, which is zero. */
    abstract void poolGradient(Window w, Tensor dy, Tensor dx);

    @Override
    public String kind() {
        return operation() + "Pooling" + axes + "D";
    }

    @Override
    protected int[] create(Setup setup, int[] input) {
        requireAxes(input, axes + 1, axes + (axes == 1 ? " axis" : " axes") + " and channels");
        ops = setup.operations();
        window = new Window(axes, padding, poolSize, strides);
        sample = input.clone();
        for (int axis = 0; axis < axes; axis++) {
            sample[axis] = window.outputSize(axis, input[axis]);
        }
        return sample.clone();
    }

    @Override
    protected void compute(Tensor x, Tensor y, boolean training) {
        x.require("x", axes + 2, axes + 2, sample[axes]);
        window.over(x).shape(y, x.batch(), x.features(), sample);
        pool(window, x, y);
    }

    @Override
    protected void gradients(Tensor x, Tensor dy, Tensor dx) {
        if (dx != null) {
            window.over(x);
            poolGradient(window, dy, dx.like(x).fill(0));
        }
    }
}
