package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.Arrays;

/**
 * Applies a layer (or a model with one input and one output) to each time step by itself: {@code x [B, T, ...]} is taken
 * as a batch of B·T samples.
 */
public final class TimeDistributed extends Wrapper {
    private final Layer layer;
    private int[] input;                // shape of a sample
    private int[] output;
    private final Tensor[] x = {new Tensor()};
    private final Tensor[] y = {new Tensor()};
    private final Tensor[] dy = {new Tensor()};
    private final Tensor[] dx = {new Tensor()};
    private final Tensor room = dx[0];

    /**
     * Wraps a layer.
     *
     * @param layer what is applied to each step
     */
    public TimeDistributed(Layer layer) {
        super(layer);
        this.layer = layer;
    }

    @Override
    public String kind() {
        return "TimeDistributed";
    }

    @Override
    protected int[][] create(Setup setup, int[][] inputs) {
        input = single(inputs).clone();
        Require.that(input.length >= 2, "input of " + kind(), STEPS_AND_FEATURES, Arrays.toString(input));
        int[][] results = layer.build(setup, Arrays.copyOfRange(input, 1, input.length));
        Require.that(results.length == 1, "layer", "one with one output", results.length);
        output = new int[results[0].length + 1];
        output[0] = input[0];
        System.arraycopy(results[0], 0, output, 1, results[0].length);
        return new int[][] {output.clone()};
    }

    @Override
    public void forward(Tensor[] from, Tensor[] to, boolean training) {
        Tensor in = from[0];
        if (in.rank() != input.length + 1) {                // a message costs memory: built only when it is needed
            Require.that(false, "x", input.length + 1 + " axes", in);
        }
        for (int axis = 0; axis < input.length; axis++) {
            input[axis] = in.dim(axis + 1);
        }
        fold(in, input, x[0]);
        y[0].share(to[0]);                      // the layer writes into the caller's memory, or into new that it takes over
        layer.forward(x, y, training);
        output[0] = in.dim(1);
        for (int axis = 1; axis < output.length; axis++) {
            output[axis] = y[0].dim(axis);
        }
        to[0].share(y[0]).shape(in.batch(), output).mask(in.mask());
    }

    @Override
    public void backward(Tensor[] dOut, Tensor[] dIn) {
        fold(dOut[0], output, dy[0]);
        dx[0] = dIn[0] == null ? null : room.share(dIn[0]);
        layer.backward(dy, dx);
        if (dIn[0] != null) {
            dIn[0].share(room).shape(dOut[0].batch(), input);
        }
    }

    /** {@code view [B·T, ...]} over the memory of {@code of [B, T, ...]}, whose sample shape is given. */
    private static void fold(Tensor of, int[] sample, Tensor view) {
        int rows = of.batch() * sample[0];
        switch (sample.length) {
            case 2 -> view.share(of).shape(rows, sample[1]);
            case 3 -> view.share(of).shape(rows, sample[1], sample[2]);
            default -> view.share(of).shape(rows, Arrays.copyOfRange(sample, 1, sample.length));
        }
    }
}
