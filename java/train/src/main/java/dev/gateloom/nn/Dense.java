package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.ArrayList;
import java.util.List;

/**
 * Fully connected layer, applied to every row (the last axis, each sample at each step): {@code y = f(W x + b)} with
 * {@code weight [units, in]} and {@code bias [units]}, the layout of PyTorch's {@code Linear}.
 *
 * <p>Backward, with {@code dz = dy · f'(z)}: {@code dx = Wᵀ dz}, {@code dW += dz xᵀ}, {@code db += dz}.
 */
public final class Dense extends UnaryLayer {
    private final int units;
    private final Activation activation;
    private boolean useBias = true;
    private int inputSize;
    private Operations ops;
    private Affine affine;
    private final List<Trainable> parameters = new ArrayList<>();

    /**
     * Without an activation.
     *
     * @param units size of the output, at least 1
     */
    public Dense(int units) {
        this(units, Activation.LINEAR);
    }

    /**
     * With an activation.
     *
     * @param units size of the output, at least 1
     * @param activation f
     */
    public Dense(int units, Activation activation) {
        Require.that(units >= 1, "units", "at least 1", units);
        this.units = units;
        this.activation = activation;
    }

    /**
     * Whether there is a bias.
     *
     * @param use true by default
     * @return this
     */
    public Dense useBias(boolean use) {
        useBias = use;
        return this;
    }

    @Override
    public String kind() {
        return "Dense";
    }

    @Override
    protected int[] create(Setup setup, int[] input) {
        inputSize = features(input);
        ops = setup.operations();
        affine = new Affine(setup, parameters, inputSize, units, useBias, activation, units, inputSize);
        int[] result = input.clone();
        result[result.length - 1] = units;
        return result;
    }

    @Override
    public List<Trainable> parameters() {
        return parameters;
    }

    @Override
    protected void compute(Tensor x, Tensor y, boolean training) {
        x.require("x", 2, 6, inputSize);
        y.like(x, units).mask(x.mask());
        ops.gemm(false, true, x.rows(), units, inputSize, x, 0, affine.weight, 0, false, y, 0);
        affine.activate(y);
    }

    @Override
    protected void gradients(Tensor x, Tensor dy, Tensor dx) {
        Tensor dz = affine.gradient(dy);
        ops.gemm(true, false, units, inputSize, x.rows(), dz, 0, x, 0, true, affine.dWeight, 0);
        if (dx != null) {
            ops.gemm(false, false, x.rows(), inputSize, units, dz, 0, affine.weight, 0, false, dx.like(x), 0);
        }
    }
}
