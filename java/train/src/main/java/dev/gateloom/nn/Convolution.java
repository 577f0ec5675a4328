package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.ArrayList;
import java.util.List;

/**
 * A convolution over the axes between batch and channels: each output is {@code f(W · window + b)} with
 * {@code weight [filters, kernel..., channels]} and {@code bias [filters]}. Masked steps are read as they are; the output
 * has no mask.
 *
 * <p>Each sample is unfolded into a matrix of windows and multiplied; backward unfolds it again rather than keeping the
 * matrix, which is as many times larger than the sample as a window has places.
 */
public abstract class Convolution extends UnaryLayer {
    private final int axes;
    private final int filters;
    private final int[] kernelSize;
    private int[] strides = {1};
    private Padding padding = Padding.VALID;
    private Activation activation = Activation.LINEAR;
    private boolean useBias = true;
    private Operations ops;
    private Window window;
    private int channels;
    private int[] sample;
    private Affine affine;
    private final Tensor columns = new Tensor();
    private final Tensor dColumns = new Tensor();
    private final List<Trainable> parameters = new ArrayList<>();

    Convolution(int axes, int filters, int... kernelSize) {
        Require.that(filters >= 1, "filters", "at least 1", filters);
        this.axes = axes;
        this.filters = filters;
        this.kernelSize = kernelSize.clone();
    }

    /**
     * Distance from window to window.
     *
     * @param newStrides one for all axes, or one each; 1 by default
     * @return this
     */
    public Convolution strides(int... newStrides) {
        strides = newStrides.clone();
        return this;
    }

    /**
     * What happens at the ends.
     *
     * @param newPadding VALID by default; CAUSAL with one axis only
     * @return this
     */
    public Convolution padding(Padding newPadding) {
        padding = newPadding;
        return this;
    }

    /**
     * What is done with the sums.
     *
     * @param f LINEAR by default
     * @return this
     */
    public Convolution activation(Activation f) {
        activation = f;
        return this;
    }

    /**
     * Whether there is a bias.
     *
     * @param use true by default
     * @return this
     */
    public Convolution useBias(boolean use) {
        useBias = use;
        return this;
    }

    @Override
    public String kind() {
        return "Conv" + axes + "D";
    }

    @Override
    protected int[] create(Setup setup, int[] input) {
        requireAxes(input, axes + 1, axes + (axes == 1 ? " axis" : " axes") + " and channels");
        channels = features(input);
        ops = setup.operations();
        window = new Window(axes, padding, kernelSize, strides);
        Integer[] shape = new Integer[axes + 2];
        shape[0] = filters;
        for (int axis = 0; axis < axes; axis++) {
            shape[axis + 1] = window.kernel(Window.AXES - axes + axis);
        }
        shape[axes + 1] = channels;
        affine = new Affine(setup, parameters, window.taps() * channels, window.taps() * filters, useBias, activation, shape);
        sample = new int[axes + 1];
        for (int axis = 0; axis < axes; axis++) {
            sample[axis] = window.outputSize(axis, input[axis]);
        }
        sample[axes] = filters;
        return sample.clone();
    }

    @Override
    public List<Trainable> parameters() {
        return parameters;
    }

    @Override
    protected void compute(Tensor x, Tensor y, boolean training) {
        x.require("x", axes + 2, axes + 2, channels);
        window.over(x).shape(y, x.batch(), filters, sample);
        int rows = window.positions();
        int inputs = affine.weight.features();
        columns.shape(rows, inputs);
        for (int b = 0; b < x.batch(); b++) {
            ops.im2col(window, x, b, columns);
            ops.gemm(false, true, rows, filters, inputs, columns, 0, affine.weight, 0, false, y, b * rows * filters);
        }
        affine.activate(y);
    }

    @Override
    protected void gradients(Tensor x, Tensor dy, Tensor dx) {
        Tensor dz = affine.gradient(dy);
        if (dx != null) {
            dx.like(x).fill(0);
        }
        window.over(x);
        int rows = window.positions();
        int inputs = affine.weight.features();
        columns.shape(rows, inputs);
        for (int b = 0; b < x.batch(); b++) {
            int at = b * rows * filters;
            ops.im2col(window, x, b, columns);
            ops.gemm(true, false, filters, inputs, rows, dz, at, columns, 0, true, affine.dWeight, 0);
            if (dx != null) {
                ops.gemm(false, false, rows, inputs, filters, dz, at, affine.weight, 0, false, dColumns.like(columns), 0);
                ops.col2im(window, dColumns, b, dx);
            }
        }
    }
}
