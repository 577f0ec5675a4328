package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.List;

/**
 * Layer normalisation (Ba et al. 2016) of each row: {@code y = weight ⊙ (x - mean) / sqrt(variance + eps) + bias}.
 */
public final class LayerNorm extends UnaryLayer {
    private final double eps;
    private Operations ops;
    private Tensor weight;
    private Tensor bias;
    private Tensor dWeight;
    private Tensor dBias;
    private final Tensor normal = new Tensor();
    private final Tensor scale = new Tensor();
    private List<Trainable> parameters = List.of();

    /** With PyTorch's eps, 1e-5; Keras's is 1e-3. */
    public LayerNorm() {
        this(1e-5);
    }

    /**
     * With a choice.
     *
     * @param eps added to the variance, positive
     */
    public LayerNorm(double eps) {
        Require.that(eps > 0, "eps", "a positive number", eps);
        this.eps = eps;
    }

    @Override
    public String kind() {
        return "LayerNormalization";
    }

    @Override
    protected int[] create(Setup setup, int[] input) {
        int width = features(input);
        ops = setup.operations();
        weight = new Tensor(width).fill(1);
        bias = new Tensor(width);
        dWeight = new Tensor(width);
        dBias = new Tensor(width);
        parameters = List.of(Trainable.of("weight", weight, dWeight, width), Trainable.of("bias", bias, dBias, width));
        return input;
    }

    @Override
    public List<Trainable> parameters() {
        return parameters;
    }

    @Override
    protected void compute(Tensor x, Tensor y, boolean training) {
        x.require("x", 2, 6, weight.size());
        ops.layerNorm(x, weight, bias, eps, y.like(x).mask(x.mask()), normal.like(x), scale.shape(x.rows()));
    }

    @Override
    protected void gradients(Tensor x, Tensor dy, Tensor dx) {
        ops.layerNormGradient(normal, scale, weight, dy, dx == null ? null : dx.like(x), dWeight, dBias);
    }
}
