package dev.gateloom.cpu;

import dev.gateloom.CellType;
import dev.gateloom.RnnConfig;

/** {@code h = tanh(u + v)} or {@code max(0, u + v)}. */
final class PlainRow extends RowCell {
    private final boolean relu;

    PlainRow(Kernels kernels, RnnConfig config, int stride, VectorParameters vectors) {
        super(kernels, config, stride, vectors);
        relu = config.cell() == CellType.RNN_RELU;
    }

    @Override
    void forward(float[] wx, int wo, float[] rh, int ro, float[] hBefore, int ho, float[] cBefore, int co,
            float[] candidate, int at) {
        halves(wx, wo, rh, ro, 0, 1);
        for (int j = 0; j < size; j++) {
            float a = u[j] + v[j];
            h[j] = relu && a <= 0 ? 0 : a;      // NaN stays NaN
        }
        if (!relu) {
            kernels.tanh(stride, h, 0, h, 0);
        }
    }

    @Override
    void backward(float[] dh, int dho, float[] dc, int dco, float[] wx, int wo, float[] rh, int ro, float[] hBefore,
            int ho, float[] cBefore, int co, float[] candidate, int at, int so) {
        for (int j = 0; j < size; j++) {
            float slope = relu ? (h[j] > 0 ? 1 : 0) : 1 - h[j] * h[j];
            u[j] = dh[dho + j] * slope;
            v[j] = u[j];
            dhBefore[j] = 0;
        }
        halvesBackward(wx, wo, rh, ro, 0, 1, so);
    }
}
