package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.Arrays;

/**
 * One value for each channel of a sample: largest or mean over all axes between batch and channels. {@code x [B, ..., C]}
 * gives {@code y [B, C]}. Sequences with masked steps are refused: what stands there would count.
 */
public final class GlobalPooling extends UnaryLayer {
    private final boolean max;
    private int axes;
    private Operations ops;
    private final Tensor line = new Tensor();       // x as [B, places, C]
    private final Tensor dLine = new Tensor();
    private int[] from = new int[0];

    private GlobalPooling(boolean max) {
        this.max = max;
    }

    /**
     * The largest value of each channel.
     *
     * @return a new layer
     */
    public static GlobalPooling max() {
        return new GlobalPooling(true);
    }

    /**
     * The mean of each channel.
     *
     * @return a new layer
     */
    public static GlobalPooling average() {
        return new GlobalPooling(false);
    }

    @Override
    public String kind() {
        return "Global" + (max ? "Max" : "Average") + "Pooling" + axes + "D";
    }

    @Override
    protected int[] create(Setup setup, int[] input) {
        axes = input.length - 1;
        Require.that(axes >= 1 && axes <= Window.AXES, "input of global pooling", "1 to 3 axes and channels",
                Arrays.toString(input));
        ops = setup.operations();
        return new int[] {features(input)};
    }

    @Override
    protected void compute(Tensor x, Tensor y, boolean training) {
        if (x.mask() != null) {
            throw new IllegalArgumentException("x: expected no masked steps before " + kind()
                    + ", got a mask; use the last output of a recurrent layer");
        }
        Window w = window(x, line.share(x));
        y.shape(x.batch(), x.features());
        if (max) {
            if (from.length < y.size()) {
                from = new int[y.size()];
            }
            ops.maxPool(w, line, y, from);
        } else {
            ops.averagePool(w, line, y);
        }
    }

    @Override
    protected void gradients(Tensor x, Tensor dy, Tensor dx) {
        if (dx == null) {
            return;
        }
        dx.like(x).fill(0);
        Window w = window(x, dLine.share(dx));
        if (max) {
            ops.maxPoolGradient(w, dy, from, dLine);
        } else {
            ops.averagePoolGradient(w, dy, dLine);
        }
    }

    private static Window window(Tensor x, Tensor view) {
        int places = x.size() / x.batch() / x.features();
        view.shape(x.batch(), places, x.features());
        return new Window(1, Padding.VALID, new int[] {places}, new int[] {1}).over(view);
    }
}
