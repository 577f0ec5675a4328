package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.Arrays;

/**
 * One value for each channel of a sample: largest or mean over all axes between batch and channels. {@code x [B, ..., C]}
 * gives {@code y [B, C]}. Masked steps do not count; a sample of nothing else gives zeros.
 */
public final class GlobalPooling extends UnaryLayer {
    private final boolean max;
    private int axes;
    private Operations ops;
    private final Tensor line = new Tensor();       // x as [B, places, C]
    private final Tensor dLine = new Tensor();
    private int[] from = new int[0];
    private int[] valid = new int[0];

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
        Window w = window(x, line.share(x));
        y.shape(x.batch(), x.features());
        if (max && from.length < y.size()) {
            from = new int[y.size()];
        }
        if (x.mask() != null) {
            poolMasked(x, y);
        } else if (max) {
            ops.maxPool(w, line, y, from);
        } else {
            ops.averagePool(w, line, y);
        }
    }

    /** What stands at a masked step may be anything, also no number. */
    private void poolMasked(Tensor x, Tensor y) {
        int channels = x.features();
        for (int b = 0; b < x.batch(); b++) {
            int places = validPlaces(x, b);
            for (int c = 0; c < channels; c++) {
                double sum = 0;
                int largest = -1;
                for (int p = 0; p < places; p++) {
                    int at = valid[p] * channels + c;
                    float v = x.values()[at];
                    sum += v;
                    largest = largest < 0 || v > x.values()[largest] || Float.isNaN(v) ? at : largest;    // a NaN before all
                }
                int to = b * channels + c;
                if (max) {
                    from[to] = largest;
                }
                y.values()[to] = places == 0 ? 0 : max ? x.values()[largest] : (float) (sum / places);
            }
        }
    }

    /** Lists the rows of a sample that count. */
    private int validPlaces(Tensor x, int sample) {
        int rows = x.rows() / x.batch();
        int perStep = rows / x.dim(1);
        if (valid.length < rows) {
            valid = new int[rows];
        }
        int count = 0;
        for (int row = sample * rows; row < (sample + 1) * rows; row++) {
            if (x.mask()[row / perStep]) {
                valid[count++] = row;
            }
        }
        return count;
    }

    @Override
    protected void gradients(Tensor x, Tensor dy, Tensor dx) {
        if (dx == null) {
            return;
        }
        dx.like(x).fill(0);
        Window w = window(x, dLine.share(dx));
        if (x.mask() != null) {
            gradientsMasked(x, dy, dx);
        } else if (max) {
            ops.maxPoolGradient(w, dy, from, dLine);
        } else {
            ops.averagePoolGradient(w, dy, dLine);
        }
    }

    private void gradientsMasked(Tensor x, Tensor dy, Tensor dx) {
        int channels = x.features();
        for (int b = 0; b < x.batch(); b++) {
            int places = validPlaces(x, b);
            for (int c = 0; c < channels && places > 0; c++) {
                int to = b * channels + c;
                if (max) {
                    dx.values()[from[to]] = dy.values()[to];
                }
                for (int p = 0; p < places && !max; p++) {
                    dx.values()[valid[p] * channels + c] = dy.values()[to] / places;
                }
            }
        }
    }

    private static Window window(Tensor x, Tensor view) {
        int places = x.size() / x.batch() / x.features();
        view.shape(x.batch(), places, x.features());
        return new Window(1, Padding.VALID, new int[] {places}, new int[] {1}).over(view);
    }
}
