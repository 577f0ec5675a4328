package dev.gateloom.cpu;

import dev.gateloom.Mode;

/**
 * LSTM: {@code i, f, o = σ(·)}, {@code g = tanh(·)}, {@code c_t = f⊙c_{t-1} + i⊙g}, {@code h_t = o⊙tanh(c_t)}. Backward
 * computes tanh(c_t) again rather than keeping it.
 */
final class LstmCell extends FusedCell {
    private final float[][] cells;      // training: [D][rows, Hp], c of every step

    LstmCell(Kernels kernels, LayerIo[] io, int maxRows, int maxBatch, Mode mode, int threads) {
        super(kernels, io, maxRows, maxBatch, mode, threads);
        cells = new float[io.length][training ? Math.multiplyExact(maxRows, unitStride) : 0];
    }

    /** In inference c lives in cN from the start. */
    @Override
    void begin(int from, int to, int r0, int r1) {
        for (int j = from; j < to && !training; j++) {
            LayerIo x = io[j / blocks];
            int u = (j % blocks) * kernels.lanes;
            for (int r = r0; r < r1; r++) {
                System.arraycopy(x.c0, r * x.stateStride + u, x.cN, r * x.stateStride + u, kernels.lanes);
            }
        }
    }

    /** In training cN is collected from the last step of each sequence. */
    @Override
    void end(int from, int to, int r0, int r1) {
        for (int j = from; j < to && training; j++) {
            int d = j / blocks;
            LayerIo x = io[d];
            int u = (j % blocks) * kernels.lanes;
            for (int r = r0; r < r1; r++) {
                int row = x.lastRow(r);
                if (row >= 0) {
                    System.arraycopy(cells[d], row * unitStride + u, x.cN, r * x.stateStride + u, kernels.lanes);
                } else {
                    System.arraycopy(x.c0, r * x.stateStride + u, x.cN, r * x.stateStride + u, kernels.lanes);
                }
            }
        }
    }

    @Override
    void step(int d, Left left, boolean lone, int row, int gatesRow, int r, int m, float[] h, int ho, int ldh, int before,
            int u0, int u1) {
        LayerIo x = io[d];
        Panels w = recurrent[d].recurrent;
        float[] z = gates[d];
        int v = kernels.lanes;
        float[] c = training ? cells[d] : x.cN;
        int ldc = training ? unitStride : x.stateStride;
        int to = training ? row * unitStride : r * x.stateStride;
        boolean initial = before < 0;
        float[] c0 = training ? initial ? x.c0 : cells[d] : x.cN;
        int ldc0 = training && !initial ? unitStride : x.stateStride;
        int from = training && !initial ? before * unitStride : r * x.stateStride;
        for (int u = u0; u < u1; u++) {
            int go = gatesRow * gatesStride + u * w.width;
            if (lone) {
                kernels.single(4, h, ho, w.data, w.at(u), w.k, z, go, z, go);
            } else {
                Products.panel(kernels, left, w, u, z, go, gatesStride, z, go, gatesStride);
            }
            kernels.lstmForward(m, z, go, gatesStride, c0, from + u * v, ldc0, c, to + u * v, ldc, x.output,
                    x.outputStart + row * x.outputStride + u * v, x.outputStride);
        }
    }

    @Override
    void stateGradient(int d, Left left, int s, boolean lone, int row, int r, int m, int p0, int p1) {
        LayerIo x = io[d];
        Products.rows(kernels, left, lone, gates[d], row * gatesStride, gatesStride, m, recurrent[d].recurrentTransposed, p0, p1,
                zeros, 0, 0, x.dh, r * x.stateStride, x.stateStride);
    }

    @Override
    void stepBackward(int d, int s, int row, int r, int m, float[] h, int ho, int ldh, int before, int u0, int u1) {
        LayerIo x = io[d];
        int v = kernels.lanes;
        boolean initial = before < 0;
        float[] c0 = initial ? x.c0 : cells[d];
        int ldc0 = initial ? x.stateStride : unitStride;
        int from = initial ? r * x.stateStride : before * unitStride;
        for (int u = u0; u < u1; u++) {
            kernels.lstmBackward(m, gates[d], row * gatesStride + u * 4 * v, gatesStride, c0, from + u * v, ldc0, cells[d],
                    row * unitStride + u * v, unitStride, x.dh, r * x.stateStride + u * v, x.stateStride, x.dOutput,
                    x.dOutputStart + row * x.dOutputStride + u * v, x.dOutputStride, x.dc, r * x.stateStride + u * v,
                    x.stateStride);
        }
    }

    @Override
    void recurrentGradient(int d, WeightGradient gradient, int j0, int j1, float[] g, int go) {
        LayerIo x = io[d];
        gradient.add(gates[d], gatesStride, 4, hidden, j0, j1, x.rows.total(), x.output, x.outputStart, x.outputStride, x.before,
                x.h0, x.stateStride, hidden, g, go, hidden);
    }

    @Override
    void biasGradient(int d, float[] sums, int u0, int u1, float[] g) {
        int v = kernels.lanes;
        columnSums(gates[d], gatesStride, io[d].rows.total(), u0 * 4 * v, u1 * 4 * v, sums);
        addToBias(sums, 4, 0, 4, u0, u1, g, parameters[d].biasIh);
        addToBias(sums, 4, 0, 4, u0, u1, g, parameters[d].biasHh);
    }
}
