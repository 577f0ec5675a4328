package dev.gateloom.nn;

/** The mean of the values under each window; padding does not count. */
public final class AveragePooling extends Pooling {

    /**
     * Makes the layer.
     *
     * @param poolSize size of the window along one to three axes
     */
    public AveragePooling(int... poolSize) {
        super(poolSize);
    }

    @Override
    String operation() {
        return "Average";
    }

    @Override
    void pool(Window w, Tensor x, Tensor y) {
        ops.averagePool(w, x, y);
    }

    @Override
    void poolGradient(Window w, Tensor dy, Tensor dx) {
        ops.averagePoolGradient(w, dy, dx);
    }
}
