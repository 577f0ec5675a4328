package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.Arrays;

/**
 * The sum of two or more inputs of one shape: a skip connection around what lies between. A step is masked if it is in every
 * input, as in Keras.
 */
public final class Add extends Layer {
    private final JoinedMask mask = new JoinedMask();
    private Operations ops;

    /** Makes the layer. */
    public Add() {
    }

    @Override
    public String kind() {
        return "Add";
    }

    @Override
    protected int[][] create(Setup setup, int[][] inputs) {
        ops = setup.operations();
        Require.that(inputs.length >= 2, "inputs of Add", "at least two", inputs.length);
        for (int[] input : inputs) {
            Require.that(Arrays.equals(input, inputs[0]), "inputs of Add", "all of shape " + Arrays.toString(inputs[0]),
                    Arrays.toString(input));
        }
        return new int[][] {inputs[0]};
    }

    @Override
    public void forward(Tensor[] x, Tensor[] y, boolean training) {
        y[0].like(x[0]).set(x[0]);
        for (int i = 1; i < x.length; i++) {
            x[i].requireLike("x[" + i + "]", x[0]);
            ops.addScaled(1, x[i], y[0]);
        }
        y[0].mask(mask.of(x));
    }

    @Override
    public void backward(Tensor[] dy, Tensor[] dx) {
        for (Tensor d : dx) {
            if (d != null) {
                d.like(dy[0]).set(dy[0]);
            }
        }
    }
}
