package dev.gateloom.reference;

import dev.gateloom.CellType;
import dev.gateloom.RnnConfig;

/** {@code h' = tanh(a)} or {@code max(0, a)} with {@code a = W_ih x + b_ih + W_hh h + b_hh}. */
final class PlainCell implements Cell {
    private final boolean relu;
    private final int hiddenSize;
    private final Weight weightIh;
    private final GateTerm input;
    private final RecurrentProduct recurrent;
    private final GateTerm state;
    private final Activations activations;

    PlainCell(RnnConfig config, Parameters parameters, RecurrentProduct recurrent, Activations activations) {
        this.activations = activations;
        relu = config.cell() == CellType.RNN_RELU;
        hiddenSize = config.hiddenSize();
        weightIh = parameters.take("weight_ih");
        input = new GateTerm(config, parameters, "ih", activations);
        this.recurrent = recurrent;
        state = new GateTerm(config, parameters, "hh", activations);
    }

    @Override
    public Step forward(double[] x, double[] hOld, double[] cOld, StepMasks masks) {
        GateTerm.Value u = input.forward(weightIh.times(x));
        GateTerm.Value v = state.forward(recurrent.forward(hOld, masks));
        double[] a = new double[hiddenSize];
        double[] hNew = new double[hiddenSize];
        for (int j = 0; j < hiddenSize; j++) {
            a[j] = u.value[j] + v.value[j];
            hNew[j] = relu ? Math.max(0, a[j]) : activations.tanh(a[j]);
        }
        return new PlainStep(hNew, a) {
            @Override
            Gradient backward(double[] dh, double[] dc) {
                double[] da = new double[hiddenSize];
                for (int j = 0; j < hiddenSize; j++) {
                    da[j] = dh[j] * (relu ? (a[j] > 0 ? 1 : 0) : Activations.tanhSlope(hNew[j]));
                }
                double[] dx = weightIh.backward(u.backward(da), x);
                return new Gradient(dx, recurrent.backward(v.backward(da), hOld, masks), null);
            }
        };
    }

    /** A step that shows its pre-activation: where it is 0 the rectifier has no derivative. */
    abstract static class PlainStep extends Step {
        final double[] a;

        PlainStep(double[] h, double[] a) {
            super(h, null);
            this.a = a;
        }
    }
}
