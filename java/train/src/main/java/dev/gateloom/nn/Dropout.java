package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;

/** In training zeroes each value with some probability and scales the others up by {@code 1 / (1 - rate)}. */
public final class Dropout extends UnaryLayer {
    private final float rate;
    private Operations ops;
    private long seed;
    private long draw;
    private long drawn;

    /**
     * Makes the layer.
     *
     * @param rate probability, in [0, 1)
     */
    public Dropout(float rate) {
        Require.that(rate >= 0 && rate < 1, "rate", "a number in [0, 1)", rate);
        this.rate = rate;
    }

    @Override
    public String kind() {
        return "Dropout";
    }

    @Override
    protected int[] create(Setup setup, int[] input) {
        ops = setup.operations();
        seed = setup.seed();
        return input;
    }

    @Override
    public void draws(long number) {
        draw = number;
    }

    @Override
    protected void compute(Tensor x, Tensor y, boolean training) {
        y.like(x).mask(x.mask());
        if (training) {
            drawn = Draw.bits(seed, draw++);
            ops.dropout(x, rate, drawn, 1, 1, y);
        } else {
            y.set(x);
        }
    }

    @Override
    protected void gradients(Tensor x, Tensor dy, Tensor dx) {
        if (dx != null) {
            ops.dropout(dy, rate, drawn, 1, 1, dx.like(x));
        }
    }
}
