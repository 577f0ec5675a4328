package dev.gateloom.cpu;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks;
import dev.gateloom.Shape;
import dev.gateloom.spi.Call;
import java.util.Arrays;

/**
 * One direction of a {@link GeneralCell}: for each step the products of a thread's sequences, then {@link RowCell} row by
 * row. In training the products of all steps are kept, and backward replaces them by their gradients.
 */
final class GeneralDirection {
    /** Rows whose contribution to a weight gradient is summed before it is added: short chains round less. */
    private static final int SUM_BLOCK = 64;

    final LayerIo io;
    private final RnnConfig config;
    private final Kernels kernels;
    private final GeneralWeights weights;
    private final VectorParameters vectors;
    private final boolean training;
    private final boolean lstm;
    private final boolean resetBefore;
    private final int gates;
    private final int hidden;       // H
    private final int outputs;      // R
    private final int unitStride;
    private final int outStride;    // R, padded
    private final int rowStride;    // gates · unitStride
    private final float[] wx;       // [slots, rowStride] W_ih x, then its gradient
    private final float[] rh;       // [slots, rowStride] W_hh h, then its gradient
    private final float[] cells;    // [slots, unitStride] c as the next step sees it; LSTM
    private final float[] unprojected;  // [slots, unitStride] h before the projection
    private final float[] dProjected;   // [slots, outStride] gradient of the projection's result
    private final float[] resets;   // [slots, unitStride] m⊙r⊙h of the reset-before GRU
    private final float[] zeros;
    private final Scratch[] scratch;

    /** What one thread needs for itself; matrices have one row for each sequence. */
    private final class Scratch {
        final Left left;
        final RowCell cell = RowCell.of(kernels, config, unitStride, vectors);
        final float[] h;            // [B, outStride] h of the step before
        final float[] masked;       // [B, outStride] as a gate sees it
        final float[] result;       // [B, max(rowStride, outStride, inputs)]
        final int resultStride;
        final float[] dh;           // [B, outStride] gradient of this step's h
        final float[] dFull;        // [B, unitStride] before the projection
        final float[] dc = new float[unitStride];
        final float[] sum;          // one row of a weight gradient
        final float[] block;        // [SUM_BLOCK, outStride]

        Scratch(int batch) {
            left = new Left(Math.max(Math.max(rowStride, outputs), io.inputWidth()), batch);
            h = new float[batch * outStride];
            masked = new float[batch * Math.max(outStride, unitStride)];
            int inputs = Panels.round(io.inputWidth(), 4 * kernels.lanes);
            resultStride = Math.max(Math.max(unitStride, outStride), inputs);
            result = new float[batch * resultStride];
            dh = new float[training ? batch * outStride : 0];
            dFull = new float[training ? batch * unitStride : 0];
            sum = new float[training ? Math.max(Math.max(io.inputWidth(), outputs), hidden) : 0];
            block = new float[training ? SUM_BLOCK * outStride : 0];
        }
    }

    GeneralDirection(Kernels kernels, LayerIo io, Shape capacity, Mode mode, int threads) {
        this.kernels = kernels;
        this.io = io;
        config = io.config;
        training = mode == Mode.TRAINING;
        lstm = config.cell() == CellType.LSTM;
        resetBefore = !config.resetAfter();
        gates = config.cell().gates();
        hidden = config.hiddenSize();
        outputs = config.outputSize();
        unitStride = Panels.round(hidden, 4 * kernels.lanes);
        outStride = Panels.round(outputs, 4 * kernels.lanes);
        rowStride = gates * unitStride;
        int batch = capacity.maxBatch();
        int slots = training ? Math.multiplyExact(capacity.maxSteps(), batch) : batch;
        wx = new float[Math.multiplyExact(slots, rowStride)];
        rh = new float[wx.length];
        cells = new float[lstm ? slots * unitStride : 0];
        unprojected = new float[config.projSize() > 0 ? slots * unitStride : 0];
        dProjected = new float[training && config.projSize() > 0 ? slots * outStride : 0];
        resets = new float[resetBefore ? slots * unitStride : 0];
        zeros = new float[Math.max(rowStride, Math.max(outStride, Panels.round(io.inputWidth(), 4 * kernels.lanes)))];
        weights = new GeneralWeights(kernels, io, mode);
        vectors = new VectorParameters(config, io.layer, io.direction, training ? batch : 0);
        scratch = new Scratch[threads];
        for (int i = 0; i < threads; i++) {
            scratch[i] = new Scratch(batch);
        }
    }

    void prepare(Call call) {
        weights.prepare(call);
        vectors.load(call.weights.data());
    }

    /** Sequences from first to last - 1, all their steps. */
    void forward(int first, int last, int id) {
        Scratch s = scratch[id];
        for (int r = first; r < last && lstm; r++) {
            System.arraycopy(io.c0, r * io.stateStride, io.cN, r * io.stateStride, hidden);
        }
        for (int i = 0; i < io.rows.steps(); i++) {
            int t = io.step(i);
            int end = Math.min(last, io.rows.active(t));
            if (first < end) {
                forwardStep(s, t, first, end);
            }
        }
    }

    private void forwardStep(Scratch s, int t, int first, int end) {
        int m = end - first;
        int row = io.rows.offset(t) + first;
        int slot = slot(t, first);
        loadBefore(s, t, first, end);
        Products.rows(kernels, s.left, false, io.input, io.inputStart + row * io.inputStride, io.inputStride, m, weights.input, 0,
                weights.input.count, zeros, 0, 0, wx, slot * rowStride, rowStride);
        recurrentProducts(s, first, m, slot, 0, resetBefore ? 2 : gates);
        if (resetBefore) {
            GruRow cell = (GruRow) s.cell;
            for (int r = first; r < end; r++) {
                int at = slot(t, r);
                float[] reset = cell.reset(wx, at * rowStride, rh, at * rowStride);
                float[] mask = mask(RnnMasks.Kind.RECURRENT);
                for (int j = 0; j < hidden; j++) {
                    resets[at * unitStride + j] = reset[j] * s.h[r * outStride + j]
                            * (mask == null ? 1 : mask[recurrentMask(2, r) + j]);
                }
            }
            gateProduct(s, resets, slot * unitStride, unitStride, m, 2, slot);
        }
        for (int r = first; r < end; r++) {
            int at = slot(t, r);
            rowForward(s, t, r);
            if (config.projSize() > 0) {
                System.arraycopy(s.cell.h, 0, unprojected, at * unitStride, hidden);
            } else {
                storeOutput(s, s.cell.h, 0, t, r);
            }
            if (lstm) {
                storeCell(s, t, r);
            }
        }
        if (config.projSize() > 0) {
            Products.rows(kernels, s.left, false, unprojected, slot * unitStride, unitStride, m, weights.projection, 0,
                    weights.projection.count, zeros, 0, 0, s.result, first * s.resultStride, s.resultStride);
            for (int r = first; r < end; r++) {
                storeOutput(s, s.result, r * s.resultStride, t, r);
            }
        }
    }

    private void rowForward(Scratch s, int t, int r) {
        int at = slot(t, r) * rowStride;
        s.cell.forward(wx, at, rh, at, s.h, r * outStride, cellBefore(t, r), cellBeforeAt(t, r),
                mask(RnnMasks.Kind.CANDIDATE), stepMask(t, r, hidden));
    }

    /** Products of the gates from first gate to last gate - 1 with h of the step before, as each gate sees it. */
    private void recurrentProducts(Scratch s, int first, int m, int slot, int firstGate, int lastGate) {
        float[] mask = mask(RnnMasks.Kind.RECURRENT);
        if (mask == null) {
            Products.rows(kernels, s.left, false, s.h, first * outStride, outStride, m, weights.recurrent,
                    weights.gatePanel(firstGate), weights.gatePanel(lastGate), zeros, 0, 0, rh, slot * rowStride, rowStride);
            return;
        }
        for (int g = firstGate; g < lastGate; g++) {
            for (int r = first; r < first + m; r++) {
                for (int j = 0; j < outputs; j++) {
                    s.masked[r * outStride + j] = s.h[r * outStride + j] * mask[recurrentMask(g, r) + j];
                }
            }
            gateProduct(s, s.masked, first * outStride, outStride, m, g, slot);
        }
    }

    private void gateProduct(Scratch s, float[] a, int ao, int lda, int m, int gate, int slot) {
        Products.rows(kernels, s.left, false, a, ao, lda, m, weights.recurrent, weights.gatePanel(gate),
                weights.gatePanel(gate + 1), zeros, 0, 0, rh, slot * rowStride, rowStride);
    }

    /** Zoneout of h, then the output. */
    private void storeOutput(Scratch s, float[] h, int ho, int t, int r) {
        float[] mask = mask(RnnMasks.Kind.ZONEOUT_H);
        int mo = stepMask(t, r, outputs);
        int to = io.outputStart + (io.rows.offset(t) + r) * io.outputStride;
        for (int j = 0; j < outputs; j++) {
            float keep = training ? (mask == null ? 0 : mask[mo + j]) : config.zoneoutHidden();
            io.output[to + j] = keep == 0 ? h[ho + j] : keep * s.h[r * outStride + j] + (1 - keep) * h[ho + j];
        }
        Arrays.fill(io.output, to + outputs, to + kernels.pad(outputs), 0f);
    }

    /** Zoneout of c, then the state that the next step sees. */
    private void storeCell(Scratch s, int t, int r) {
        float[] mask = mask(RnnMasks.Kind.ZONEOUT_C);
        int mo = stepMask(t, r, hidden);
        float[] before = cellBefore(t, r);
        int bo = cellBeforeAt(t, r);
        int to = slot(t, r) * unitStride;
        for (int j = 0; j < hidden; j++) {
            float keep = training ? (mask == null ? 0 : mask[mo + j]) : config.zoneoutCell();
            cells[to + j] = keep == 0 ? s.cell.c[j] : keep * before[bo + j] + (1 - keep) * s.cell.c[j];
        }
        System.arraycopy(cells, to, io.cN, r * io.stateStride, hidden);
    }

    /** Sequences from first to last - 1: products become their gradients, dh and dc those of h0 and c0. */
    void backward(int first, int last, int id) {
        Scratch s = scratch[id];
        Arrays.fill(vectors.sums, first * vectors.stride(), last * vectors.stride(), 0f);
        for (int i = io.rows.steps() - 1; i >= 0; i--) {
            int t = io.step(i);
            int end = Math.min(last, io.rows.active(t));
            if (first < end) {
                backwardStep(s, t, first, end);
            }
        }
    }

    private void backwardStep(Scratch s, int t, int first, int end) {
        int m = end - first;
        int slot = slot(t, first);
        loadBefore(s, t, first, end);
        for (int r = first; r < end; r++) {
            outputGradient(s, t, r);
        }
        float[] dFull = s.dh;
        int fullStride = outStride;
        if (config.projSize() > 0) {
            dFull = s.dFull;
            fullStride = unitStride;
            Products.rows(kernels, s.left, false, s.dh, first * outStride, outStride, m, weights.projectionBack, 0,
                    weights.projectionBack.count, zeros, 0, 0, dFull, first * unitStride, unitStride);
        }
        for (int r = first; r < end; r++) {
            rowForward(s, t, r);
            if (lstm) {
                cellGradient(s, t, r);
            }
            int at = slot(t, r) * rowStride;
            s.cell.backward(dFull, r * fullStride, s.dc, 0, wx, at, rh, at, s.h, r * outStride, cellBefore(t, r),
                    cellBeforeAt(t, r), mask(RnnMasks.Kind.CANDIDATE), stepMask(t, r, hidden), r * vectors.stride());
            add(s.cell.dhBefore, 0, io.dh, r * io.stateStride, config.projSize() > 0 ? 0 : hidden);
            add(s.cell.dcBefore, 0, io.dc, r * io.stateStride, lstm ? hidden : 0);
        }
        if (resetBefore) {
            backwardReset(s, t, first, end);
        }
        for (int g = 0; g < (resetBefore ? 2 : gates); g++) {
            gateGradient(s, first, m, g, slot);
            float[] mask = mask(RnnMasks.Kind.RECURRENT);
            for (int r = first; r < end; r++) {
                for (int j = 0; j < outputs; j++) {
                    io.dh[r * io.stateStride + j] += s.result[r * s.resultStride + j]
                            * (mask == null ? 1 : mask[recurrentMask(g, r) + j]);
                }
            }
        }
        if (io.dInput != null) {
            inputGradient(s, t, first, end);
        }
    }

    /** s.dh = gradient of the cell's own h; what zoneout lets past stays in io.dh. */
    private void outputGradient(Scratch s, int t, int r) {
        float[] mask = mask(RnnMasks.Kind.ZONEOUT_H);
        int mo = stepMask(t, r, outputs);
        int row = io.rows.offset(t) + r;
        for (int j = 0; j < outputs; j++) {
            float keep = mask == null ? 0 : mask[mo + j];
            float d = io.dOutput[io.dOutputStart + row * io.dOutputStride + j] + io.dh[r * io.stateStride + j];
            io.dh[r * io.stateStride + j] = keep * d;
            s.dh[r * outStride + j] = (1 - keep) * d;
        }
        if (config.projSize() > 0) {
            System.arraycopy(s.dh, r * outStride, dProjected, slot(t, r) * outStride, outputs);
        }
    }

    /** s.dc = gradient of the cell's own c; what zoneout lets past stays in io.dc. */
    private void cellGradient(Scratch s, int t, int r) {
        float[] mask = mask(RnnMasks.Kind.ZONEOUT_C);
        int mo = stepMask(t, r, hidden);
        for (int j = 0; j < hidden; j++) {
            float keep = mask == null ? 0 : mask[mo + j];
            float d = io.dc[r * io.stateStride + j];
            io.dc[r * io.stateStride + j] = keep * d;
            s.dc[j] = (1 - keep) * d;
        }
    }

    private void backwardReset(Scratch s, int t, int first, int end) {
        gateGradient(s, first, end - first, 2, slot(t, first));
        GruRow cell = (GruRow) s.cell;
        for (int r = first; r < end; r++) {
            int at = slot(t, r) * rowStride;
            cell.backwardReset(s.result, r * s.resultStride, mask(RnnMasks.Kind.RECURRENT), recurrentMask(2, r), wx, at, rh,
                    at, s.h, r * outStride, r * vectors.stride());
            add(cell.dhBefore, 0, io.dh, r * io.stateStride, hidden);
        }
    }

    /** s.result = gradient of what gate g's product was taken with. */
    private void gateGradient(Scratch s, int first, int m, int g, int slot) {
        Panels p = weights.recurrentBack[g];
        Products.rows(kernels, s.left, false, rh, slot * rowStride + g * unitStride, rowStride, m, p, 0, p.count, zeros, 0, 0,
                s.result, first * s.resultStride, s.resultStride);
    }

    private void inputGradient(Scratch s, int t, int first, int end) {
        int width = io.inputWidth();
        int row = io.rows.offset(t) + first;
        Products.rows(kernels, s.left, false, wx, slot(t, first) * rowStride, rowStride, end - first, weights.inputBack, 0,
                weights.inputBack.count, zeros, 0, 0, s.result, first * s.resultStride, s.resultStride);
        for (int r = first; r < end; r++, row++) {
            if (io.direction == 0) {
                System.arraycopy(s.result, r * s.resultStride, io.dInput, row * io.dInputStride, width);
            } else {
                add(s.result, r * s.resultStride, io.dInput, row * io.dInputStride, width);
            }
        }
    }

    /** After all sequences: thread id's share of the rows of each matrix. */
    void weightGradients(int id, int n) {
        Scratch s = scratch[id];
        float[] gradients = io.call.gradients.data();
        for (int g = 0; g < gates; g++) {
            int first = LayerCell.share(hidden, id, n);
            int last = LayerCell.share(hidden, id + 1, n);
            for (int row0 = 0; row0 < io.rows.total(); row0 += SUM_BLOCK) {
                int rows = Math.min(SUM_BLOCK, io.rows.total() - row0);
                recurrentInputs(s, g, row0, rows);
                for (int j = first; j < last; j++) {
                    inputWeightGradient(s, gradients, g, j, row0, rows);
                    recurrentWeightGradient(s, gradients, g, j, row0, rows);
                }
            }
        }
        int hr = weights.weightHr;
        for (int p = LayerCell.share(outputs, id, n); p < LayerCell.share(outputs, id + 1, n) && hr >= 0; p++) {
            for (int row0 = 0; row0 < io.rows.total(); row0 += SUM_BLOCK) {
                int rows = Math.min(SUM_BLOCK, io.rows.total() - row0);
                Arrays.fill(s.sum, 0f);
                for (int row = row0; row < row0 + rows; row++) {
                    addScaled(dProjected[row * outStride + p], unprojected, row * unitStride, s.sum, hidden);
                }
                add(s.sum, 0, gradients, hr + p * hidden, hidden);
            }
        }
        vectors.addGradients(gradients, io.rows.batch(), id, n);
    }

    private void inputWeightGradient(Scratch s, float[] gradients, int g, int j, int row0, int rows) {
        int width = io.inputWidth();
        Arrays.fill(s.sum, 0f);
        for (int row = row0; row < row0 + rows; row++) {
            addScaled(wx[row * rowStride + g * unitStride + j], io.input, io.inputStart + row * io.inputStride, s.sum, width);
        }
        int to = weights.weightIh + (g * hidden + j) * io.inputParts * io.inputPart;
        for (int k = 0; k < width; k++) {
            int column = io.inputColumn(k);
            if (column >= 0) {
                gradients[to + column] += s.sum[k];
            }
        }
    }

    private void recurrentWeightGradient(Scratch s, float[] gradients, int g, int j, int row0, int rows) {
        Arrays.fill(s.sum, 0f);
        for (int i = 0; i < rows; i++) {
            addScaled(rh[(row0 + i) * rowStride + g * unitStride + j], s.block, i * outStride, s.sum, outputs);
        }
        float[] mask = GeneralWeights.dropConnect(io.call);
        int to = weights.weightHh + (g * hidden + j) * outputs;
        for (int k = 0; k < outputs; k++) {
            gradients[to + k] += s.sum[k] * (mask == null ? 1 : mask[weights.maskRow(g * hidden + j) + k]);
        }
    }

    /** s.block = what gate g's product was taken with in these rows. */
    private void recurrentInputs(Scratch s, int g, int row0, int rows) {
        float[] mask = mask(RnnMasks.Kind.RECURRENT);
        int t = 0;
        for (int i = 0; i < rows; i++) {
            int row = row0 + i;
            while (io.rows.offset(t + 1) <= row) {
                t++;
            }
            if (resetBefore && g == 2) {
                System.arraycopy(resets, row * unitStride, s.block, i * outStride, hidden);
                continue;
            }
            copyBefore(row, s.block, i * outStride);
            int r = row - io.rows.offset(t);
            for (int j = 0; j < outputs && mask != null; j++) {
                s.block[i * outStride + j] *= mask[recurrentMask(g, r) + j];
            }
        }
    }

    /** s.h = h of the step before. */
    private void loadBefore(Scratch s, int t, int first, int end) {
        for (int r = first; r < end; r++) {
            copyBefore(io.rows.offset(t) + r, s.h, r * outStride);
        }
    }

    private void copyBefore(int row, float[] to, int at) {
        int before = io.before[row];
        if (before < 0) {
            System.arraycopy(io.h0, ~before * io.stateStride, to, at, outputs);
        } else {
            System.arraycopy(io.output, io.outputStart + before * io.outputStride, to, at, outputs);
        }
    }

    private float[] cellBefore(int t, int r) {
        return !lstm ? null : training && io.before[io.rows.offset(t) + r] >= 0 ? cells : training ? io.c0 : io.cN;
    }

    private int cellBeforeAt(int t, int r) {
        int before = io.before[io.rows.offset(t) + r];
        return training && before >= 0 ? before * unitStride : r * io.stateStride;
    }

    /** Row of the kept products: every step has its own in training, every sequence in inference. */
    private int slot(int t, int r) {
        return training ? io.rows.offset(t) + r : r;
    }

    private float[] mask(RnnMasks.Kind kind) {
        return io.call.masks == null ? null : io.call.masks.get(kind);
    }

    /** Where a mask [L·D, T, B, width] holds this row. */
    private int stepMask(int t, int r, int width) {
        int k = io.layer * config.numDirections() + io.direction;
        return ((k * io.call.steps + t) * io.call.batch + io.rows.sequence(r)) * width;
    }

    /** Where the mask [L·D, G, B, R] holds this row. */
    private int recurrentMask(int gate, int r) {
        int k = io.layer * config.numDirections() + io.direction;
        return ((k * gates + gate) * io.call.batch + io.rows.sequence(r)) * outputs;
    }

    private static void add(float[] from, int at, float[] to, int start, int count) {
        for (int j = 0; j < count; j++) {
            to[start + j] += from[at + j];
        }
    }

    private static void addScaled(float factor, float[] from, int at, float[] to, int count) {
        for (int j = 0; j < count; j++) {
            to[j] += factor * from[at + j];
        }
    }
}
