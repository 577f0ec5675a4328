package dev.gateloom.nn;

/** The largest value under each window: {@code new MaxPooling(2)} over time, {@code new MaxPooling(2, 2)} over images. */
public final class MaxPooling extends Pooling {
    private int[] from = new int[0];

    /**
     * Makes the layer.
     *
     * @param poolSize size of the window along one to three axes
     */
    public MaxPooling(int... poolSize) {
        super(poolSize);
    }

    @Override
    String operation() {
        return "Max";
    }

    @Override
    void pool(Window w, Tensor x, Tensor y) {
        if (from.length < y.size()) {
            from = new int[y.size()];
        }
        ops.maxPool(w, x, y, from);
    }

    @Override
    void poolGradient(Window w, Tensor dy, Tensor dx) {
        ops.maxPoolGradient(w, dy, from, dx);
    }
}
