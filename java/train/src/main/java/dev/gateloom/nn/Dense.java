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
    private Tensor weight;
    private Tensor bias;
    private Tensor dWeight;
    private Tensor dBias;
    private Tensor output;
    private final Tensor scratch = new Tensor();
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
        weight = new Tensor(units, inputSize);
        dWeight = new Tensor(units, inputSize);
        setup.initialisation().weight(weight, inputSize, units, setup.seed());
        parameters.add(Trainable.of("weight", weight, dWeight, units, inputSize));
        if (useBias) {
            bias = new Tensor(units);
            dBias = new Tensor(units);
            setup.initialisation().bias(bias, inputSize, Draw.bits(setup.seed(), 1));
            parameters.add(Trainable.of("bias", bias, dBias, units));
        }
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
        ops.gemm(false, true, x.rows(), units, inputSize, x, 0, weight, 0, false, y, 0);
        ops.biasActivation(y, bias, activation);
        output = y;
    }

    @Override
    protected void gradients(Tensor x, Tensor dy, Tensor dx) {
        dy.requireLike("dy", output);
        Tensor dz = dy;
        if (activation != Activation.LINEAR) {
            dz = scratch.like(dy);
            ops.activationGradient(output, dy, activation, dz);
        }
        ops.gemm(true, false, units, inputSize, x.rows(), dz, 0, x, 0, true, dWeight, 0);
        if (useBias) {
            ops.addRows(dz, dBias);
        }
        if (dx != null) {
            ops.gemm(false, false, x.rows(), inputSize, units, dz, 0, weight, 0, false, dx.like(x), 0);
        }
    }
}
