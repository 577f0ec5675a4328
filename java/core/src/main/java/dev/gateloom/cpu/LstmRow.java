package dev.gateloom.cpu;

import dev.gateloom.LayerNorm;
import dev.gateloom.RnnConfig;

/**
 * LSTM with peepholes p, dropout m of the candidate, clip and layer normalisation of the cell:
 *
 * <pre>
 * i = σ(a_i + p_i⊙c)    f = σ(a_f + p_f⊙c)    g = tanh(a_g)          a = u + v
 * c' = clip(f⊙c + i⊙m⊙g)    o = σ(a_o + p_o⊙c')    s = LN(c')    h = o⊙tanh(s)
 * </pre>
 */
final class LstmRow extends RowCell {
    private final float clip;
    private final boolean carryNormalised;
    private final int peephole;
    private final RowNorm norm;
    private final float[] gates;        // i, f, g, o
    private final float[] unlimited;    // c' before the clip
    private final float[] cell;         // c'
    private final float[] s;
    private final float[] tanhS;
    private final float[] ds;

    LstmRow(Kernels kernels, RnnConfig config, int stride, VectorParameters vectors) {
        super(kernels, config, stride, vectors);
        clip = config.cellClip() > 0 ? config.cellClip() : Float.POSITIVE_INFINITY;
        carryNormalised = config.layerNorm() == LayerNorm.CARRY_NORMALIZED;
        peephole = vectors.offset("peephole");
        norm = config.layerNorm() == LayerNorm.NONE ? null : new RowNorm(1, size, stride, config.layerNormEps(),
                vectors.values, vectors.offset("ln_gamma_c"), vectors.offset("ln_beta_c"));
        gates = new float[4 * stride];
        unlimited = new float[stride];
        cell = new float[stride];
        s = new float[stride];
        tanhS = new float[stride];
        ds = new float[stride];
    }

    @Override
    void forward(float[] wx, int wo, float[] rh, int ro, float[] hBefore, int ho, float[] cBefore, int co,
            float[] candidate, int at) {
        halves(wx, wo, rh, ro, 0, 4);
        int o = 3 * stride;
        for (int j = 0; j < gates.length; j++) {
            gates[j] = u[j] + v[j];
        }
        for (int j = 0; j < size && peephole >= 0; j++) {
            gates[j] += vectors.values[peephole + j] * cBefore[co + j];
            gates[stride + j] += vectors.values[peephole + size + j] * cBefore[co + j];
        }
        kernels.sigmoid(2 * stride, gates, 0, gates, 0);
        kernels.tanh(stride, gates, 2 * stride, gates, 2 * stride);
        for (int j = 0; j < size; j++) {
            float g = gates[2 * stride + j] * (candidate == null ? 1 : candidate[at + j]);
            unlimited[j] = gates[stride + j] * cBefore[co + j] + gates[j] * g;
            cell[j] = Math.max(-clip, Math.min(clip, unlimited[j]));
            gates[o + j] += peephole < 0 ? 0 : vectors.values[peephole + 2 * size + j] * cell[j];
        }
        kernels.sigmoid(stride, gates, o, gates, o);
        if (norm == null) {
            System.arraycopy(cell, 0, s, 0, size);
        } else {
            norm.forward(cell, 0, s, 0);
        }
        kernels.tanh(stride, s, 0, tanhS, 0);
        for (int j = 0; j < size; j++) {
            h[j] = gates[o + j] * tanhS[j];
            c[j] = carryNormalised ? s[j] : cell[j];
        }
    }

    @Override
    void backward(float[] dh, int dho, float[] dc, int dco, float[] wx, int wo, float[] rh, int ro, float[] hBefore,
            int ho, float[] cBefore, int co, float[] candidate, int at, int so) {
        int f = stride;
        int g = 2 * stride;
        int o = 3 * stride;
        float[] da = u;
        for (int j = 0; j < size; j++) {
            da[o + j] = dh[dho + j] * tanhS[j] * gates[o + j] * (1 - gates[o + j]);
            ds[j] = dh[dho + j] * gates[o + j] * (1 - tanhS[j] * tanhS[j]) + (carryNormalised ? dc[dco + j] : 0);
        }
        if (norm != null) {
            float[] dCell = s;                          // the gradient of c' by way of s
            System.arraycopy(cell, 0, dCell, 0, size);
            norm.backward(ds, 0, dCell, 0, vectors.sums, so);
            System.arraycopy(dCell, 0, ds, 0, size);
        }
        for (int j = 0; j < size; j++) {
            float d = ds[j] + (carryNormalised ? 0 : dc[dco + j]);
            float before = cBefore[co + j];
            float m = candidate == null ? 1 : candidate[at + j];
            if (peephole >= 0) {
                d += vectors.values[peephole + 2 * size + j] * da[o + j];
                vectors.sums[so + peephole + 2 * size + j] += da[o + j] * cell[j];
            }
            if (Math.abs(unlimited[j]) > clip) {
                d = 0;
            }
            da[j] = d * m * gates[g + j] * gates[j] * (1 - gates[j]);
            da[f + j] = d * before * gates[f + j] * (1 - gates[f + j]);
            da[g + j] = d * m * gates[j] * (1 - gates[g + j] * gates[g + j]);
            dcBefore[j] = d * gates[f + j];
            if (peephole >= 0) {
                dcBefore[j] += vectors.values[peephole + j] * da[j] + vectors.values[peephole + size + j] * da[f + j];
                vectors.sums[so + peephole + j] += da[j] * before;
                vectors.sums[so + peephole + size + j] += da[f + j] * before;
            }
            dhBefore[j] = 0;
        }
        System.arraycopy(da, 0, v, 0, v.length);
        halvesBackward(wx, wo, rh, ro, 0, 4, so);
    }
}
