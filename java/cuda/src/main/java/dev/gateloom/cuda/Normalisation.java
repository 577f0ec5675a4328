package dev.gateloom.cuda;

import dev.gateloom.device.Stream;

/**
 * One layer normalisation of a cell, of {@code W_ih x}, {@code W_hh h} or c: {@code γ⊙n + offset}, as {@code layer_norm.cu} has
 * it. The offset is β, or the bias that is added at the same place.
 */
final class Normalisation {
    private final LayerNormKernels kernels;
    private final Rows sums;
    private final Stream stream;
    private final float eps;
    private final StepTensor n;                 // [T, B, W]
    private final StepTensor scale;             // [T, B]
    private final int gamma;
    private final int offset;
    private final boolean offsetIsBias;         // whose gradient the cell sums for itself

    /**
     * Takes room for the scales.
     *
     * @param k layer·D + direction
     * @param side {@code ih}, {@code hh} or {@code c}, as in the names of the parameters
     * @param n where normalised rows stay for backward
     */
    Normalisation(GeneralContext context, int k, String side, StepTensor n) {
        this.n = n;
        kernels = context.layerNorm();
        sums = context.cell().rows();
        stream = context.cell().lanes().stream(context.cell().lane(k));
        eps = context.cell().config().layerNormEps();
        scale = n.keepsSteps() ? context.allSteps(1, "1 / deviation of a row") : context.scratch(1, "1 / deviation of a row");
        ParameterPlaces places = context.cell().places();
        gamma = places.of("ln_gamma_" + side, k);
        int beta = places.of("ln_beta_" + side, k);
        int shared = side.equals("ih") ? places.of("bias", k) : -1;
        int own = Math.max(beta, shared);       // at most one of them exists
        offsetIsBias = own < 0;
        offset = offsetIsBias ? places.of("bias_" + side, k) : own;
    }

    /** The place for a step's {@code [B, W]} that shall be normalised, and of the normalised ones. */
    long rows(Pass p, int t) {
        return n.at(p, t);
    }

    /** {@code out (+)= γ⊙n + offset} with n from v, for the rows of some steps from t on. */
    void forward(Pass p, int t, int steps, long v, long out, boolean accumulate) {
        kernels.forward(stream, v, n.at(p, t), scale.at(p, t), out, p.weights.at(gamma), p.weights.at(offset), steps * p.batch,
                n.width(), eps, accumulate);
    }

    /** {@code dv (+)=} the gradient of v from d, that of out, for the rows of some steps from t on. */
    void backward(Pass p, int t, int steps, long d, long dv, boolean accumulate) {
        kernels.backward(stream, dv, d, n.at(p, t), scale.at(p, t), p.weights.at(gamma), steps * p.batch, n.width(),
                accumulate);
    }

    /** Adds the gradients of the parameters, given that of all steps' out. */
    void parameterGradients(Pass p, long d) {
        int all = p.steps * p.batch;
        sums.columnProducts(stream, p.gradient(gamma), d, n.address(), all, n.width(), n.width(), n.width());
        if (offset >= 0 && !offsetIsBias) {
            sums.columnSums(stream, p.gradient(offset), d, all, n.width(), n.width());
        }
    }
}
