package dev.gateloom.reference;

import static dev.gateloom.reference.Activations.sigmoidSlope;
import static dev.gateloom.reference.Activations.tanhSlope;

import dev.gateloom.RnnConfig;

/**
 * GRU with the reset before the recurrent product (Cho et al. 2014). With {@code u = W_ih x + b_ih} and m the
 * candidate's dropout; recurrent dropout of the candidate acts on {@code r⊙h}:
 *
 * <pre>
 * r  = σ(u_r + W_hr h + b_hr)
 * z  = σ(u_z + W_hz h + b_hz)
 * n  = tanh(u_n + W_hn (r⊙h) + b_hn)
 * h' = (1-z)⊙m⊙n + z⊙h
 * </pre>
 */
final class ResetBeforeGruCell implements Cell {
    private static final int R = 0;
    private static final int Z = 1;
    private static final int N = 2;

    private final int hiddenSize;
    private final Weight weightIh;
    private final Weight biasIh;
    private final RecurrentProduct recurrent;
    private final Weight biasHh;
    private final Activations activations;

    ResetBeforeGruCell(RnnConfig config, Parameters parameters, RecurrentProduct recurrent, Activations activations) {
        this.activations = activations;
        hiddenSize = config.hiddenSize();
        weightIh = parameters.take("weight_ih");
        biasIh = parameters.take("bias_ih");
        this.recurrent = recurrent;
        biasHh = parameters.take("bias_hh");
    }

    @Override
    public Step forward(double[] x, double[] hOld, double[] cOld, StepMasks masks) {
        int size = hiddenSize;
        double[] u = weightIh.times(x);                 // [3H], rows r, z, n
        double[] v = new double[3 * size];
        for (int j = 0; biasIh != null && j < 3 * size; j++) {
            u[j] += biasIh.value[j] + biasHh.value[j];
        }
        double[] r = new double[size];
        double[] z = new double[size];
        double[] n = new double[size];
        double[] rh = new double[size];
        double[] hNew = new double[size];
        recurrent.forward(R, hOld, masks, v);
        recurrent.forward(Z, hOld, masks, v);
        for (int j = 0; j < size; j++) {
            r[j] = activations.sigmoid(u[j] + v[j]);
            z[j] = activations.sigmoid(u[size + j] + v[size + j]);
            rh[j] = r[j] * hOld[j];
        }
        recurrent.forward(N, rh, masks, v);
        for (int j = 0; j < size; j++) {
            n[j] = activations.tanh(u[2 * size + j] + v[2 * size + j]);
            hNew[j] = (1 - z[j]) * masks.candidate(j) * n[j] + z[j] * hOld[j];
        }
        return new Step(hNew, null) {
            @Override
            Gradient backward(double[] dh, double[] dc) {
                double[] da = new double[3 * size];
                double[] dhOld = new double[size];
                double[] drh = new double[size];
                for (int j = 0; j < size; j++) {
                    double m = masks.candidate(j);
                    da[2 * size + j] = dh[j] * (1 - z[j]) * m * tanhSlope(n[j]);
                    da[size + j] = dh[j] * (hOld[j] - m * n[j]) * sigmoidSlope(z[j]);
                    dhOld[j] = dh[j] * z[j];
                }
                recurrent.backward(N, da, rh, masks, drh);
                for (int j = 0; j < size; j++) {
                    da[j] = drh[j] * hOld[j] * sigmoidSlope(r[j]);
                    dhOld[j] += drh[j] * r[j];
                }
                recurrent.backward(R, da, hOld, masks, dhOld);
                recurrent.backward(Z, da, hOld, masks, dhOld);
                for (int j = 0; biasIh != null && j < 3 * size; j++) {
                    biasIh.gradient[j] += da[j];
                    biasHh.gradient[j] += da[j];
                }
                return new Gradient(weightIh.backward(da, x), dhOld, null);
            }
        };
    }
}
