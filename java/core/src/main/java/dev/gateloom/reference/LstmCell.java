package dev.gateloom.reference;

import static dev.gateloom.reference.Activations.sigmoidSlope;
import static dev.gateloom.reference.Activations.tanhSlope;

import dev.gateloom.LayerNorm;
import dev.gateloom.RnnConfig;

/**
 * LSTM with all its options. With {@code a = u + v + b}, u and v the input's and the state's {@link GateTerm}, p the
 * peepholes, m the candidate's dropout, LN the cell's normalisation:
 *
 * <pre>
 * i  = σ(a_i + p_i⊙c)
 * f  = σ(a_f + p_f⊙c)
 * g  = tanh(a_g)
 * c' = clip(f⊙c + i⊙m⊙g)
 * o  = σ(a_o + p_o⊙c')
 * s  = LN(c')
 * h' = W_hr (o⊙tanh(s))
 * </pre>
 *
 * What the next step sees as c is c', or s with {@link LayerNorm#CARRY_NORMALIZED}.
 */
final class LstmCell implements Cell {
    private final int hiddenSize;
    private final double clip;
    private final boolean carryNormalised;
    private final Weight weightIh;
    private final GateTerm input;
    private final RecurrentProduct recurrent;
    private final GateTerm state;
    private final Weight bias;                      // [4H], layer-normalised cell only
    private final Weight peephole;                  // [3H]: p_i, p_f, p_o
    private final LayerNormalisation normalisation; // of c'
    private final Weight projection;                // W_hr [P, H]
    private final Activations activations;

    LstmCell(RnnConfig config, Parameters parameters, RecurrentProduct recurrent, Activations activations) {
        this.activations = activations;
        hiddenSize = config.hiddenSize();
        clip = config.cellClip() > 0 ? config.cellClip() : Double.POSITIVE_INFINITY;
        carryNormalised = config.layerNorm() == LayerNorm.CARRY_NORMALIZED;
        weightIh = parameters.take("weight_ih");
        input = new GateTerm(config, parameters, "ih", activations);
        this.recurrent = recurrent;
        state = new GateTerm(config, parameters, "hh", activations);
        bias = parameters.take("bias");
        peephole = parameters.take("peephole");
        normalisation = config.layerNorm() == LayerNorm.NONE ? null : new LayerNormalisation(
                parameters.take("ln_gamma_c"), parameters.take("ln_beta_c"), config.layerNormEps(), activations);
        projection = parameters.take("weight_hr");
    }

    @Override
    public Step forward(double[] x, double[] h, double[] c, StepMasks masks) {
        return new LstmStep(x, h, c, masks);
    }

    private double peephole(int gate, int j) {
        return peephole == null ? 0 : peephole.value[gate * hiddenSize + j];
    }

    private void addPeepholeGradient(int gate, int j, double d) {
        if (peephole != null) {
            peephole.gradient[gate * hiddenSize + j] += d;
        }
    }

    /** What forward computes, in its order. */
    private final class Forward {
        final GateTerm.Value u;
        final GateTerm.Value v;
        final double[] i = new double[hiddenSize];
        final double[] f = new double[hiddenSize];
        final double[] g = new double[hiddenSize];
        final double[] o = new double[hiddenSize];
        final double[] unlimited = new double[hiddenSize];      // c' before the clip
        final double[] c = new double[hiddenSize];              // c'
        final LayerNormalisation.Normalised normalised;
        final double[] s;
        final double[] tanhS = new double[hiddenSize];
        final double[] h = new double[hiddenSize];              // before the projection

        Forward(double[] x, double[] hOld, double[] cOld, StepMasks masks) {
            u = input.forward(weightIh.times(x));
            v = state.forward(recurrent.forward(hOld, masks));
            double[] a = new double[4 * hiddenSize];
            for (int j = 0; j < a.length; j++) {
                a[j] = u.value[j] + v.value[j] + (bias == null ? 0 : bias.value[j]);
            }
            for (int j = 0; j < hiddenSize; j++) {
                i[j] = activations.sigmoid(a[j] + peephole(0, j) * cOld[j]);
                f[j] = activations.sigmoid(a[hiddenSize + j] + peephole(1, j) * cOld[j]);
                g[j] = activations.tanh(a[2 * hiddenSize + j]);
                unlimited[j] = f[j] * cOld[j] + i[j] * masks.candidate(j) * g[j];
                c[j] = Math.max(-clip, Math.min(clip, unlimited[j]));
                o[j] = activations.sigmoid(a[3 * hiddenSize + j] + peephole(2, j) * c[j]);
            }
            normalised = normalisation == null ? null : normalisation.forward(c);
            s = normalised == null ? c : normalised.value;
            for (int j = 0; j < hiddenSize; j++) {
                tanhS[j] = activations.tanh(s[j]);
                h[j] = o[j] * tanhS[j];
            }
        }
    }

    /** One step. */
    final class LstmStep extends Step {
        private final double[] x;
        private final double[] hOld;
        private final double[] cOld;
        private final StepMasks masks;
        private final Forward kept;

        LstmStep(double[] x, double[] h, double[] c, StepMasks masks) {
            this(x, h, c, masks, new Forward(x, h, c, masks));
        }

        private LstmStep(double[] x, double[] h, double[] c, StepMasks masks, Forward kept) {
            super(projection == null ? kept.h : projection.times(kept.h), carryNormalised ? kept.s : kept.c);
            this.x = x;
            this.hOld = h;
            this.cOld = c;
            this.masks = masks;
            this.kept = kept;
        }

        /** c' before the clip: where its magnitude equals the limit there is no derivative. */
        double[] unlimited() {
            return kept.unlimited;
        }

        @Override
        Gradient backward(double[] dh, double[] dc) {
            double[] dhFull = projection == null ? dh : projection.backward(dh, kept.h);
            double[] da = new double[4 * hiddenSize];
            double[] ds = new double[hiddenSize];
            double[] dcOld = new double[hiddenSize];
            for (int j = 0; j < hiddenSize; j++) {
                da[3 * hiddenSize + j] = dhFull[j] * kept.tanhS[j] * sigmoidSlope(kept.o[j]);
                ds[j] = dhFull[j] * kept.o[j] * tanhSlope(kept.tanhS[j]) + (carryNormalised ? dc[j] : 0);
            }
            double[] dcNew = kept.normalised == null ? ds : kept.normalised.backward(ds);
            for (int j = 0; j < hiddenSize; j++) {
                double dao = da[3 * hiddenSize + j];
                double d = dcNew[j] + (carryNormalised ? 0 : dc[j]) + peephole(2, j) * dao;
                addPeepholeGradient(2, j, dao * kept.c[j]);
                if (Math.abs(kept.unlimited[j]) > clip) {
                    d = 0;
                }
                double m = masks.candidate(j);
                double dai = d * m * kept.g[j] * sigmoidSlope(kept.i[j]);
                double daf = d * cOld[j] * sigmoidSlope(kept.f[j]);
                da[j] = dai;
                da[hiddenSize + j] = daf;
                da[2 * hiddenSize + j] = d * kept.i[j] * m * tanhSlope(kept.g[j]);
                dcOld[j] = d * kept.f[j] + peephole(0, j) * dai + peephole(1, j) * daf;
                addPeepholeGradient(0, j, dai * cOld[j]);
                addPeepholeGradient(1, j, daf * cOld[j]);
            }
            for (int j = 0; bias != null && j < da.length; j++) {
                bias.gradient[j] += da[j];
            }
            double[] dx = weightIh.backward(kept.u.backward(da), x);
            return new Gradient(dx, recurrent.backward(kept.v.backward(da), hOld, masks), dcOld);
        }
    }
}
