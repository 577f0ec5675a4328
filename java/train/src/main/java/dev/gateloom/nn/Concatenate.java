package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.Arrays;

/**
 * Inputs side by side along the last axis; all other axes are equal. A step is masked if it is in every input, as in Keras.
 */
public final class Concatenate extends Layer {
    private final JoinedMask mask = new JoinedMask();
    private int[] widths;

    /** Makes the layer. */
    public Concatenate() {
    }

    @Override
    public String kind() {
        return "Concatenate";
    }

    @Override
    protected int[][] create(Setup setup, int[][] inputs) {
        Require.that(inputs.length >= 2, "inputs of Concatenate", "at least two", inputs.length);
        widths = new int[inputs.length];
        int[] result = inputs[0].clone();
        int last = result.length - 1;
        for (int i = 0; i < inputs.length; i++) {
            widths[i] = features(inputs[i]);
            int[] same = inputs[i].clone();
            same[same.length - 1] = result[last];
            boolean fits = same.length == result.length;
            for (int axis = 0; fits && axis < last; axis++) {
                fits = same[axis] == result[axis] || same[axis] < 0 || result[axis] < 0;
            }
            Require.that(fits, "inputs of Concatenate", "shapes that differ in the last axis only",
                    Arrays.toString(inputs[0]) + " and " + Arrays.toString(inputs[i]));
        }
        result[last] = Arrays.stream(widths).sum();
        return new int[][] {result};
    }

    @Override
    public void forward(Tensor[] x, Tensor[] y, boolean training) {
        int total = 0;
        for (int i = 0; i < x.length; i++) {
            if (!x[i].hasRowsOf(x[0]) || x[i].features() != widths[i]) {
                Require.that(false, "x[" + i + "]", "all axes but the last as those of " + x[0] + ", the last of size "
                        + widths[i], x[i]);
            }
            total += widths[i];
        }
        y[0].like(x[0], total).mask(mask.of(x));
        move(x, y[0], false);
    }

    @Override
    public void backward(Tensor[] dy, Tensor[] dx) {
        for (int i = 0; i < dx.length; i++) {
            if (dx[i] != null) {
                dx[i].like(dy[0], widths[i]);
            }
        }
        move(dx, dy[0], true);
    }

    private void move(Tensor[] parts, Tensor whole, boolean split) {
        int total = whole.features();
        int column = 0;
        for (int i = 0; i < parts.length; i++) {
            for (int row = 0; parts[i] != null && row < whole.rows(); row++) {
                if (split) {
                    System.arraycopy(whole.values(), row * total + column, parts[i].values(), row * widths[i], widths[i]);
                } else {
                    System.arraycopy(parts[i].values(), row * widths[i], whole.values(), row * total + column, widths[i]);
                }
            }
            column += widths[i];
        }
    }
}
