package dev.gateloom.reference;

import static dev.gateloom.reference.Activations.sigmoidSlope;
import static dev.gateloom.reference.Activations.tanhSlope;

import dev.gateloom.RnnConfig;

/**
 * GRU with the reset after the recurrent product. With {@code u = W_ih x + b_ih} and {@code v = W_hh h + b_hh}, either
 * normalised if asked for, and m the candidate's dropout:
 *
 * <pre>
 * r  = σ(u_r + v_r)
 * z  = σ(u_z + v_z)
 * n  = tanh(u_n + r⊙v_n)
 * h' = (1-z)⊙m⊙n + z⊙h
 * </pre>
 */
final class GruCell implements Cell {
    private final int hiddenSize;
    private final Weight weightIh;
    private final GateTerm input;
    private final RecurrentProduct recurrent;
    private final GateTerm state;
    private final Activations activations;

    GruCell(RnnConfig config, Parameters parameters, RecurrentProduct recurrent, Activations activations) {
        this.activations = activations;
        hiddenSize = config.hiddenSize();
        weightIh = parameters.take("weight_ih");
        input = new GateTerm(config, parameters, "ih", activations);
        this.recurrent = recurrent;
        state = new GateTerm(config, parameters, "hh", activations);
    }

    @Override
    public Step forward(double[] x, double[] hOld, double[] cOld, StepMasks masks) {
        int size = hiddenSize;
        GateTerm.Value u = input.forward(weightIh.times(x));
        GateTerm.Value v = state.forward(recurrent.forward(hOld, masks));
        double[] r = new double[size];
        double[] z = new double[size];
        double[] n = new double[size];
        double[] hNew = new double[size];
        for (int j = 0; j < size; j++) {
            r[j] = activations.sigmoid(u.value[j] + v.value[j]);
            z[j] = activations.sigmoid(u.value[size + j] + v.value[size + j]);
            n[j] = activations.tanh(u.value[2 * size + j] + r[j] * v.value[2 * size + j]);
            hNew[j] = (1 - z[j]) * masks.candidate(j) * n[j] + z[j] * hOld[j];
        }
        return new Step(hNew, null) {
            @Override
            Gradient backward(double[] dh, double[] dc) {
                double[] du = new double[3 * size];
                double[] dv = new double[3 * size];
                for (int j = 0; j < size; j++) {
                    double m = masks.candidate(j);
                    double dz = dh[j] * (hOld[j] - m * n[j]);
                    double dn = dh[j] * (1 - z[j]) * m * tanhSlope(n[j]);
                    double dr = dn * v.value[2 * size + j];
                    du[j] = dr * sigmoidSlope(r[j]);
                    du[size + j] = dz * sigmoidSlope(z[j]);
                    du[2 * size + j] = dn;
                    dv[j] = du[j];
                    dv[size + j] = du[size + j];
                    dv[2 * size + j] = dn * r[j];
                }
                double[] dx = weightIh.backward(u.backward(du), x);
                double[] dhOld = recurrent.backward(v.backward(dv), hOld, masks);
                for (int j = 0; j < size; j++) {
                    dhOld[j] += dh[j] * z[j];
                }
                return new Gradient(dx, dhOld, null);
            }
        };
    }
}
