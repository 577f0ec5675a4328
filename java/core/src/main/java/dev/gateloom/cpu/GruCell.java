package dev.gateloom.cpu;

import dev.gateloom.Mode;

/**
 * GRU with the reset after the recurrent product: {@code r, z = σ(·)}, {@code n = tanh(W_in x + b_in + r⊙hn)} with
 * {@code hn = W_hn h_{t-1} + b_hn}, {@code h_t = (1-z)⊙n + z⊙h_{t-1}}. The two halves of n have gradients of their own,
 * so hn lies apart from the gates.
 */
final class GruCell extends FusedCell {
    private final float[][] hn;         // [D][rows or B, Hp]: hn, then its gradient
    private final float[][][] latest;   // [D][2][B, 3·Hp]: gradients of r, z, hn of the latest step and of the one after it

    GruCell(Kernels kernels, LayerIo[] io, int maxRows, int maxBatch, Mode mode, int threads) {
        super(kernels, io, maxRows, maxBatch, mode, threads);
        hn = new float[io.length][Math.multiplyExact(training ? maxRows : maxBatch, unitStride)];
        latest = new float[training ? io.length : 0][2][Math.multiplyExact(maxBatch, gatesStride)];
    }

    @Override
    void step(int d, Left left, boolean lone, int row, int gatesRow, int r, int m, float[] h, int ho, int ldh, int before,
            int u0, int u1) {
        LayerIo x = io[d];
        Panels w = recurrent[d].recurrent;
        float[] z = gates[d];
        float[] n = hn[d];
        int v = kernels.lanes;
        int no = (training ? row : r) * unitStride;
        for (int u = u0; u < u1; u++) {
            int go = gatesRow * gatesStride + u * w.width;
            if (lone) {
                kernels.gruSingle(h, ho, w.data, w.at(u), w.k, z, go, z, go, input[d].biasN, u * v, n, no + u * v);
            } else {
                recurrentProduct(left, w, u, z, go, input[d].biasN, u * v, n, no + u * v);
            }
            kernels.gruForward(m, z, go, gatesStride, n, no + u * v, unitStride, h, ho + u * v, ldh, x.output,
                    x.outputStart + row * x.outputStride + u * v, x.outputStride);
        }
    }

    /** r and z are added to the gates, hn starts from b_hn. */
    private void recurrentProduct(Left left, Panels w, int u, float[] z, int go, float[] b, int bo, float[] n, int no) {
        for (int block = 0; block < left.blocks(); block++) {
            int panel = w.at(u) + left.start(block) * w.width;
            boolean first = block == 0;
            for (int r = 0; r < left.rows();) {
                int rows = Products.nextTile(left.rows() - r, kernels.rowsOf3);
                int gate = go + r * gatesStride;
                int half = no + r * unitStride;
                kernels.gru(rows, left.data, left.at(block, r), w.data, panel, left.length(block), z, gate, gatesStride, z,
                        gate, gatesStride, first ? b : n, first ? bo : half, first ? 0 : unitStride, n, half, unitStride);
                r += rows;
            }
        }
    }

    @Override
    void stateGradient(int d, Left left, int s, boolean lone, int row, int r, int m, int p0, int p1) {
        LayerIo x = io[d];
        Products.rows(kernels, left, lone, latest[d][s & 1], r * gatesStride, gatesStride, m, recurrent[d].recurrentTransposed, p0, p1,
                x.dh, r * x.stateStride, x.stateStride, x.dh, r * x.stateStride, x.stateStride);
    }

    @Override
    void stepBackward(int d, int s, int row, int r, int m, float[] h, int ho, int ldh, int before, int u0, int u1) {
        LayerIo x = io[d];
        int v = kernels.lanes;
        for (int u = u0; u < u1; u++) {
            kernels.gruBackward(m, gates[d], row * gatesStride + u * 3 * v, gatesStride, hn[d], row * unitStride + u * v,
                    unitStride, h, ho + u * v, ldh, x.dh, r * x.stateStride + u * v, x.stateStride, x.dOutput,
                    x.dOutputStart + row * x.dOutputStride + u * v, x.dOutputStride, latest[d][s & 1],
                    r * gatesStride + u * 3 * v, gatesStride);
        }
    }

    /** Rows of r and z come from the gates, those of n from hn. */
    @Override
    void recurrentGradient(int d, WeightGradient gradient, int j0, int j1, float[] g, int go) {
        LayerIo x = io[d];
        int split = 2 * hidden;
        gradient.add(gates[d], gatesStride, 3, hidden, j0, Math.min(j1, split), x.rows.total(), x.output, x.outputStart,
                x.outputStride, x.before, x.h0, x.stateStride, hidden, g, go, hidden);
        gradient.add(hn[d], unitStride, 1, hidden, Math.max(0, j0 - split), Math.max(0, j1 - split), x.rows.total(), x.output,
                x.outputStart, x.outputStride, x.before, x.h0, x.stateStride, hidden, g, go + split * hidden, hidden);
    }

    @Override
    void biasGradient(int d, float[] sums, int u0, int u1, float[] g) {
        int v = kernels.lanes;
        int total = io[d].rows.total();
        columnSums(gates[d], gatesStride, total, u0 * 3 * v, u1 * 3 * v, sums);
        addToBias(sums, 3, 0, 3, u0, u1, g, parameters[d].biasIh);
        addToBias(sums, 3, 0, 2, u0, u1, g, parameters[d].biasHh);
        columnSums(hn[d], unitStride, total, u0 * v, u1 * v, sums);
        addToBias(sums, 1, 2, 1, u0, u1, g, parameters[d].biasHh);
    }
}
