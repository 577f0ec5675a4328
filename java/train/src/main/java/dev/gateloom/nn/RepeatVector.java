package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;

/** {@code x [B, F]} at each of n steps: {@code y [B, n, F]}. */
public final class RepeatVector extends UnaryLayer {
    private final int n;

    /**
     * Makes the layer.
     *
     * @param n steps, at least 1
     */
    public RepeatVector(int n) {
        Require.that(n >= 1, "n", "at least 1", n);
        this.n = n;
    }

    @Override
    public String kind() {
        return "RepeatVector";
    }

    @Override
    protected int[] create(Setup setup, int[] input) {
        requireAxes(input, 1, "features");
        return new int[] {n, input[0]};
    }

    @Override
    protected void compute(Tensor x, Tensor y, boolean training) {
        int width = x.features();
        y.shape(x.batch(), n, width);
        for (int b = 0; b < x.batch(); b++) {
            for (int t = 0; t < n; t++) {
                System.arraycopy(x.values(), b * width, y.values(), (b * n + t) * width, width);
            }
        }
    }

    @Override
    protected void gradients(Tensor x, Tensor dy, Tensor dx) {
        if (dx == null) {
            return;
        }
        int width = x.features();
        dx.like(x).fill(0);
        for (int i = 0; i < dy.size(); i++) {
            dx.values()[i / (n * width) * width + i % width] += dy.values()[i];
        }
    }
}
