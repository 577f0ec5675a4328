package dev.gateloom.cpu;

import dev.gateloom.LayerNorm;
import dev.gateloom.RnnConfig;

/**
 * The gate algebra of one row (one step of one sequence) with every option, between the products: from
 * {@code wx = W_ih x} and {@code rh = W_hh h_{t-1}} to h and c, and back. Each thread has its own. Gate g of a row lies
 * at {@code g · stride}; arrays of units are padded to stride, with whatever values.
 *
 * <p>Backward calls {@link #forward} again on the stored products, then {@link #backward}: the reserve needs nothing
 * but the products, h and c.
 */
abstract class RowCell {
    final Kernels kernels;
    final int size;             // H
    final int stride;           // H, padded
    final VectorParameters vectors;
    /** The products after normalisation and bias: input half and recurrent half. */
    final float[] u;
    final float[] v;
    /** The new h, before projection and zoneout. */
    final float[] h;
    /** The new c that the next step sees, before zoneout; LSTM only. */
    final float[] c;
    /** Gradient that reaches h_{t-1} past the recurrent product. */
    final float[] dhBefore;
    /** Gradient of c_{t-1}; LSTM only. */
    final float[] dcBefore;
    private final RowNorm normU;
    private final RowNorm normV;
    private final int biasU;
    private final int biasV;
    private final int gates;

    RowCell(Kernels kernels, RnnConfig config, int stride, VectorParameters vectors) {
        this.kernels = kernels;
        this.size = config.hiddenSize();
        this.stride = stride;
        this.vectors = vectors;
        gates = config.cell().gates();
        u = new float[gates * stride];
        v = new float[gates * stride];
        h = new float[stride];
        c = new float[stride];
        dhBefore = new float[stride];
        dcBefore = new float[stride];
        normU = norm(config, "ih");
        normV = norm(config, "hh");
        // The layer-normalised LSTM has one bias: it counts as the input's.
        biasU = Math.max(vectors.offset("bias_ih"), vectors.offset("bias"));
        biasV = vectors.offset("bias_hh");
    }

    static RowCell of(Kernels kernels, RnnConfig config, int stride, VectorParameters vectors) {
        return switch (config.cell()) {
            case LSTM -> new LstmRow(kernels, config, stride, vectors);
            case GRU -> new GruRow(kernels, config, stride, vectors);
            case RNN_TANH, RNN_RELU -> new PlainRow(kernels, config, stride, vectors);
        };
    }

    private RowNorm norm(RnnConfig config, String of) {
        return config.layerNorm() == LayerNorm.NONE ? null : new RowNorm(gates, size, stride, config.layerNormEps(),
                vectors.values, vectors.offset("ln_gamma_" + of), vectors.offset("ln_beta_" + of));
    }

    /** {@code candidate}: dropout of g or n at {@code at}; null for none. */
    abstract void forward(float[] wx, int wo, float[] rh, int ro, float[] hBefore, int ho, float[] cBefore, int co,
            float[] candidate, int at);

    /**
     * Replaces wx and rh by their gradients, fills dhBefore and dcBefore, adds the gradients of the vectors at
     * {@code so}. dh and dc are gradients of {@link #h} and {@link #c}. Arguments of forward as they were.
     */
    abstract void backward(float[] dh, int dho, float[] dc, int dco, float[] wx, int wo, float[] rh, int ro,
            float[] hBefore, int ho, float[] cBefore, int co, float[] candidate, int at, int so);

    /** Fills u and v of the gates from first to last - 1. */
    final void halves(float[] wx, int wo, float[] rh, int ro, int first, int last) {
        half(normU, wx, wo, biasU, u, first, last);
        half(normV, rh, ro, biasV, v, first, last);
    }

    private void half(RowNorm norm, float[] x, int xo, int bias, float[] y, int first, int last) {
        if (norm != null) {
            norm.forward(x, xo, y, 0);
        } else {
            System.arraycopy(x, xo + first * stride, y, first * stride, (last - first) * stride);
        }
        for (int g = first; g < last && bias >= 0; g++) {
            for (int j = 0; j < size; j++) {
                y[g * stride + j] += vectors.values[bias + g * size + j];
            }
        }
    }

    /** From the gradients of u and v, which replace them, to those of wx and rh and the biases. */
    final void halvesBackward(float[] wx, int wo, float[] rh, int ro, int first, int last, int so) {
        halfBackward(normU, u, biasU, wx, wo, first, last, so);
        halfBackward(normV, v, biasV, rh, ro, first, last, so);
    }

    private void halfBackward(RowNorm norm, float[] dy, int bias, float[] x, int xo, int first, int last, int so) {
        for (int g = first; g < last && bias >= 0; g++) {
            for (int j = 0; j < size; j++) {
                vectors.sums[so + bias + g * size + j] += dy[g * stride + j];
            }
        }
        if (norm != null) {
            norm.backward(dy, 0, x, xo, vectors.sums, so);
        } else {
            System.arraycopy(dy, first * stride, x, xo + first * stride, (last - first) * stride);
        }
    }
}
