package dev.gateloom.nn;

import java.util.List;

/**
 * Weight, bias and activation of a layer whose output is {@code f(W v + b)}. The products are the layer's, which knows where the
 * {@code v} lie.
 */
final class Affine {
    final Tensor weight;                // [outputs, inputs]
    final Tensor dWeight;
    private final Tensor bias;          // [outputs], or null
    private final Tensor dBias;
    private final Activation activation;
    private final Operations ops;
    private Tensor output;
    private final Tensor scratch = new Tensor();

    /**
     * Draws the parameters and adds them to those of the layer.
     *
     * @param readers how many sums read a value, for Keras's first values
     * @param shape of the weight, as files have it; the first is the number of outputs
     */
    Affine(Setup setup, List<Trainable> parameters, int inputs, int readers, boolean useBias, Activation activation,
            Integer... shape) {
        this.activation = activation;
        ops = setup.operations();
        int outputs = shape[0];
        weight = new Tensor(outputs, inputs);
        dWeight = new Tensor(outputs, inputs);
        setup.initialisation().weight(weight, inputs, readers, setup.seed());
        parameters.add(Trainable.of("weight", weight, dWeight, shape));
        bias = useBias ? new Tensor(outputs) : null;
        dBias = useBias ? new Tensor(outputs) : null;
        if (useBias) {
            setup.initialisation().bias(bias, inputs, Draw.bits(setup.seed(), 1));
            parameters.add(Trainable.of("bias", bias, dBias, outputs));
        }
    }

    /** {@code y = f(y + b)}, after the products. */
    void activate(Tensor y) {
        ops.biasActivation(y, bias, activation);
        output = y;
    }

    /** {@code dz = dy · f'(z)}, which is added to the bias's gradient. */
    Tensor gradient(Tensor dy) {
        dy.requireLike("dy", output);
        Tensor dz = dy;
        if (activation != Activation.LINEAR) {
            dz = scratch.like(dy);
            ops.activationGradient(output, dy, activation, dz);
        }
        if (bias != null) {
            ops.addRows(dz, dBias);
        }
        return dz;
    }
}
