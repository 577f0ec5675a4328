package dev.gateloom.nn;

import java.util.Arrays;

/** All values of a sample in one row: {@code x [B, ...]} gives {@code y [B, product]}. */
public final class Flatten extends UnaryLayer {

    /** Makes the layer. */
    public Flatten() {
    }

    @Override
    public String kind() {
        return "Flatten";
    }

    @Override
    protected int[] create(Setup setup, int[] input) {
        boolean known = Arrays.stream(input).allMatch(size -> size >= 0);
        return new int[] {known ? Arrays.stream(input).reduce(1, Math::multiplyExact) : -1};
    }

    @Override
    protected void compute(Tensor x, Tensor y, boolean training) {
        y.shape(x.batch(), x.size() / x.batch()).set(x);
    }

    @Override
    protected void gradients(Tensor x, Tensor dy, Tensor dx) {
        if (dx != null) {
            dx.like(x).set(dy);
        }
    }
}
