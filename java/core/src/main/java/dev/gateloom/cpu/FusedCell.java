package dev.gateloom.cpu;

import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks;
import dev.gateloom.RnnWeights;
import dev.gateloom.spi.Call;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * A layer of plain LSTM or GRU cells: the input projection of many steps as one product, a loop over the steps whose
 * tiles hold all gates of their units and end in the gate algebra, and the weight gradients as one product after the
 * loop over the steps of backward.
 *
 * <p>There are two ways to divide a step. With small weights and a large batch of equal lengths each thread takes
 * sequences of its own through all steps, and nobody waits. Else the threads divide the blocks of V units (of both
 * directions together) and meet at a barrier after each step; then a thread's share of the weights stays in its cache.
 *
 * <p>Gates are kept as {@code [rows, Hp / V, G, V]}: pre-activations, then activated gates, then their gradients.
 */
abstract class FusedCell extends LayerCell {
    /** Rows projected ahead of the steps that use them, so that they are still in the cache then. */
    private static final int PROJECTED_ROWS = 1024;
    /** Recurrent weights of one direction, in floats, up to which every thread may go through all of them: 1 MB. */
    private static final int SHARED_WEIGHTS = 1 << 18;

    final RnnConfig config;
    final boolean training;
    final int hidden;
    /** Row stride of what has one value for each unit. */
    final int unitStride;
    /** Blocks of V units in one direction. */
    final int blocks;
    final int gatesStride;
    /** [D][rows or PROJECTED_ROWS, G·Hp]. */
    final float[][] gates;
    final float[] zeros;
    /** Weights of this call, for each direction. */
    final FusedPack[] recurrent;
    final FusedPack[] input;
    final LayerParameters[] parameters;

    private final int stateBlocks;      // panels of 4·V units
    private final int projectedRows;
    private final FusedPack[] masked;   // recurrent weights of this plan alone: DropConnect
    private final float[] maskedGradient;
    private final WeightGradient[] weightGradients;
    private final float[][] columnSums;
    private final Left[] lefts;         // of each thread
    private final Object key;
    private final Gang.Task packMasked = this::packMasked;
    private final Supplier<FusedWeights> create;
    private RnnWeights weights;
    private Call call;

    FusedCell(Kernels kernels, LayerIo[] io, int maxRows, int maxBatch, Mode mode, int threads) {
        super(kernels, io);
        config = io[0].config;
        training = mode == Mode.TRAINING;
        hidden = config.hiddenSize();
        int padded = kernels.pad(hidden);
        unitStride = Panels.stride(padded);
        blocks = padded / kernels.lanes;
        gatesStride = Panels.stride(config.cell().gates() * padded);
        stateBlocks = Panels.round(hidden, 4 * kernels.lanes) / (4 * kernels.lanes);
        projectedRows = Math.max(maxBatch, Math.min(maxRows, PROJECTED_ROWS));
        gates = new float[io.length][Math.multiplyExact(training ? maxRows : projectedRows, gatesStride)];
        zeros = new float[Math.max(io[0].stateStride, Panels.round(io[0].inputWidth(), 4 * kernels.lanes))];
        recurrent = new FusedPack[io.length];
        input = new FusedPack[io.length];
        parameters = new LayerParameters[io.length];
        boolean dropConnect = training && config.dropConnect() > 0;
        masked = new FusedPack[dropConnect ? io.length : 0];
        for (int d = 0; d < masked.length; d++) {
            masked[d] = new FusedPack(kernels, io[d], true);
            masked[d].allocateTransposed();
        }
        maskedGradient = new float[dropConnect ? config.cell().gates() * hidden * hidden : 0];
        lefts = new Left[threads];
        for (int i = 0; i < threads; i++) {
            lefts[i] = new Left(Math.max(training ? config.cell().gates() * padded : hidden, io[0].inputWidth()), maxRows);
        }
        weightGradients = new WeightGradient[training ? threads : 0];
        columnSums = new float[training ? threads : 0][gatesStride];
        for (int i = 0; i < weightGradients.length; i++) {
            weightGradients[i] = new WeightGradient(kernels);
        }
        key = new FusedWeights.Key(kernels.lanes);
        create = () -> new FusedWeights(kernels, weights);
    }

    @Override
    void prepare(Call next, Team team) {
        call = next;
        weights = next.weights;
        FusedWeights packed = weights.engineCopy(key, create);
        packed.refresh(weights, training, team);
        for (int d = 0; d < io.length; d++) {
            input[d] = packed.pack(io[d].layer, d);
            recurrent[d] = masked.length > 0 ? masked[d] : input[d];
            parameters[d] = packed.parameters(io[d].layer, d);
        }
        if (masked.length > 0) {
            team.run(packMasked, weights.data().length < CpuPlan.SOLO_WEIGHTS);
        }
    }

    private void packMasked(int id, Gang gang) {
        float[] mask = call.masks.get(RnnMasks.Kind.WEIGHT_HH);
        for (int d = 0; d < io.length; d++) {
            masked[d].packRecurrent(weights.data(), parameters[d], true, true, mask, maskStart(d), id, gang.size());
        }
    }

    private int maskStart(int d) {
        return (io[d].layer * io.length + d) * config.cell().gates() * hidden * hidden;
    }

    // ---------------------------------------------------------------- forward

    @Override
    final void forward(int id, Gang gang) {
        int n = gang.size();
        Rows rows = io[0].rows;
        boolean byBatch = byBatch(n);
        int from = byBatch ? 0 : share(io.length * blocks, id, n);
        int to = byBatch ? io.length * blocks : share(io.length * blocks, id + 1, n);
        int r0 = byBatch ? share(rows.batch(), id, n) : 0;
        int r1 = byBatch ? share(rows.batch(), id + 1, n) : rows.batch();
        int steps = rows.steps();
        begin(from, to, r0, r1);
        for (int s0 = 0; s0 < steps;) {
            int s1 = chunkEnd(s0);
            for (int d = 0; d < io.length; d++) {
                if (byBatch) {
                    projectSequences(d, lefts[id], s0, s1, r0, r1);
                } else {
                    project(d, lefts[id], s0, s1, first(from, d), first(to, d));
                }
            }
            for (int s = s0; s < s1; s++) {
                for (int d = 0; d < io.length; d++) {
                    step(d, lefts[id], io[d].step(s), firstRow(d, s0, s1), r0, r1, first(from, d), first(to, d));
                }
                if (!byBatch) {
                    gang.barrier();
                }
            }
            s0 = s1;
        }
        end(from, to, r0, r1);
    }

    @Override
    final boolean waitsEachStep(int n) {
        return !byBatch(n);
    }

    /** Whether threads take sequences of their own: at least a full tile of them. */
    private boolean byBatch(int n) {
        Rows rows = io[0].rows;
        return rows.plain() && rows.batch() >= n * kernels.tileRows(config.cell().gates())
                && recurrent[0].recurrent.floats() <= SHARED_WEIGHTS;
    }

    /** First own block of direction d; of the end of the own blocks, their end. */
    private int first(int from, int d) {
        return Math.min(blocks, Math.max(0, from - d * blocks));
    }

    /** Steps are projected in chunks that hold at most projectedRows rows in every direction. */
    private int chunkEnd(int s0) {
        int s1 = s0 + 1;
        while (s1 < io[0].rows.steps() && chunkRows(s0, s1 + 1) <= projectedRows) {
            s1++;
        }
        return s1;
    }

    private int chunkRows(int s0, int s1) {
        int most = 0;
        for (LayerIo direction : io) {
            most = Math.max(most, rowsOf(direction, s0, s1));
        }
        return most;
    }

    private static int rowsOf(LayerIo io, int s0, int s1) {
        return io.rows.offset(earliest(io, s0, s1) + s1 - s0) - io.rows.offset(earliest(io, s0, s1));
    }

    /** First time step among the steps s0 to s1 - 1 in reading order. */
    private static int earliest(LayerIo io, int s0, int s1) {
        return io.reverse ? io.rows.steps() - s1 : s0;
    }

    /** The row that row 0 of gates stands for. */
    private int firstRow(int d, int s0, int s1) {
        return training ? 0 : io[d].rows.offset(earliest(io[d], s0, s1));
    }

    /** Input products and biases of own units for the steps s0 to s1 - 1. */
    private void project(int d, Left left, int s0, int s1, int u0, int u1) {
        LayerIo x = io[d];
        int row = x.rows.offset(earliest(x, s0, s1));
        int count = rowsOf(x, s0, s1);
        boolean lone = x.rows.total() == 1;
        Products.rows(kernels, left, lone, x.input, x.inputStart + row * x.inputStride, x.inputStride, count, input[d].input, u0,
                u1, input[d].bias, 0, 0, gates[d], (row - firstRow(d, s0, s1)) * gatesStride, gatesStride);
    }

    /** The same for all units of own sequences, all of length T: the steps of a sequence lie B rows apart. */
    private void projectSequences(int d, Left left, int s0, int s1, int r0, int r1) {
        LayerIo x = io[d];
        int batch = x.rows.batch();
        int row = x.rows.offset(earliest(x, s0, s1));
        for (int r = r0; r < r1; r++) {
            Products.rows(kernels, left, false, x.input, x.inputStart + (row + r) * x.inputStride, batch * x.inputStride, s1 - s0,
                    input[d].input, 0, blocks, input[d].bias, 0, 0, gates[d], (row + r - firstRow(d, s0, s1)) * gatesStride,
                    batch * gatesStride);
        }
    }

    /** One step of own sequences and units: sequences that have a step before, then those that start here. */
    private void step(int d, Left left, int t, int base, int r0, int r1, int u0, int u1) {
        LayerIo x = io[d];
        int active = x.rows.active(t);
        int going = Math.min(active, x.rows.active(x.stepBefore(t)));
        boolean lone = active == 1;
        int row = x.rows.offset(t);
        int before = going > 0 ? x.rows.offset(x.stepBefore(t)) : -1;
        int most = left.capacity(hidden);
        int end = Math.min(active, r1);
        for (int r = r0, m; r < end && u0 < u1; r += m) {
            boolean goes = r < going;
            m = Math.min(most, Math.min(goes ? going : active, end) - r);
            float[] h = goes ? x.output : x.h0;
            int ldh = goes ? x.outputStride : x.stateStride;
            int ho = goes ? x.outputStart + (before + r) * ldh : r * ldh;
            if (!lone) {
                left.load(h, ho, ldh, m, hidden);
            }
            step(d, left, lone, row + r, row + r - base, r, m, h, ho, ldh, goes ? before + r : -1, u0, u1);
        }
    }

    /**
     * A segment of a step, own units.
     *
     * @param left holds h of the step before, unless lone
     * @param lone the step has one sequence
     * @param row first row
     * @param gatesRow its row in gates
     * @param r first sequence
     * @param m sequences
     * @param h h of the step before
     * @param before row of the first one at the step before; -1 if it is the initial state
     */
    abstract void step(int d, Left left, boolean lone, int row, int gatesRow, int r, int m, float[] h, int ho, int ldh,
            int before, int u0, int u1);

    /** Own blocks (of all directions) of own sequences before the first step. */
    void begin(int from, int to, int r0, int r1) {
    }

    /** The same after the last step. */
    void end(int from, int to, int r0, int r1) {
    }

    // ---------------------------------------------------------------- backward

    @Override
    final void backward(int id, Gang gang) {
        int n = gang.size();
        boolean byBatch = byBatch(n);
        int from = byBatch ? 0 : share(io.length * stateBlocks, id, n);
        int to = byBatch ? io.length * stateBlocks : share(io.length * stateBlocks, id + 1, n);
        int batch = io[0].rows.batch();
        int r0 = byBatch ? share(batch, id, n) : 0;
        int r1 = byBatch ? share(batch, id + 1, n) : batch;
        int steps = io[0].rows.steps();
        for (int s = steps - 1; s >= 0; s--) {
            for (int d = 0; d < io.length; d++) {
                int p0 = Math.min(stateBlocks, Math.max(0, from - d * stateBlocks));
                int p1 = Math.min(stateBlocks, Math.max(0, to - d * stateBlocks));
                if (s < steps - 1) {
                    stateGradient(d, lefts[id], s + 1, r0, r1, p0, p1);
                }
                stepBackward(d, s, r0, r1, 4 * p0, Math.min(blocks, 4 * p1));
            }
            if (!byBatch) {
                gang.barrier();
            }
        }
        for (int d = 0; d < io.length && io[d].initialGradients; d++) {
            int p0 = Math.min(stateBlocks, Math.max(0, from - d * stateBlocks));
            int p1 = Math.min(stateBlocks, Math.max(0, to - d * stateBlocks));
            stateGradient(d, lefts[id], 0, r0, r1, p0, p1);
        }
        if (byBatch) {
            gang.barrier();
        }
        inputGradient(id, n);
        if (call.gradients != null) {
            for (int d = 0; d < io.length; d++) {
                weightGradients(d, id, n);
            }
        }
    }

    /** {@code dh = dGates(s) · W_hh} for own sequences and panels of units: what step s leaves for the step before it. */
    private void stateGradient(int d, Left left, int s, int r0, int r1, int p0, int p1) {
        LayerIo x = io[d];
        int t = x.step(s);
        int active = x.rows.active(t);
        int end = Math.min(active, r1);
        if (end > r0) {
            stateGradient(d, left, s, active == 1, x.rows.offset(t) + r0, r0, end - r0, p0, p1);
        }
    }

    /** dh of m sequences from r on, from their gate gradients of step s, which lie from a row on. */
    abstract void stateGradient(int d, Left left, int s, boolean lone, int row, int r, int m, int p0, int p1);

    private void stepBackward(int d, int s, int r0, int r1, int u0, int u1) {
        LayerIo x = io[d];
        int t = x.step(s);
        int active = x.rows.active(t);
        int going = Math.min(active, x.rows.active(x.stepBefore(t)));
        int row = x.rows.offset(t);
        int end = Math.min(going, r1);
        if (end > r0) {
            int before = x.rows.offset(x.stepBefore(t)) + r0;
            stepBackward(d, s, row + r0, r0, end - r0, x.output, x.outputStart + before * x.outputStride, x.outputStride, before,
                    u0, u1);
        }
        int start = Math.max(going, r0);
        end = Math.min(active, r1);
        if (end > start) {
            stepBackward(d, s, row + start, start, end - start, x.h0, start * x.stateStride, x.stateStride, -1, u0, u1);
        }
    }

    /** Gate gradients of a segment of step s, own units. */
    abstract void stepBackward(int d, int s, int row, int r, int m, float[] h, int ho, int ldh, int before, int u0, int u1);

    /** {@code dX = Σ_d dGates_d · W_ih_d}, own rows. */
    private void inputGradient(int id, int n) {
        Left left = lefts[id];
        int total = io[0].rows.total();
        int tile = kernels.tileRows(4);
        int tiles = (total + tile - 1) / tile;
        int r0 = Math.min(total, share(tiles, id, n) * tile);
        int r1 = Math.min(total, share(tiles, id + 1, n) * tile);
        for (int d = 0; d < io.length && io[d].dInput != null && r1 > r0; d++) {
            LayerIo x = io[d];
            Panels p = input[d].inputTransposed;
            float[] start = d == 0 ? zeros : x.dInput;
            Products.rows(kernels, left, total == 1, gates[d], r0 * gatesStride, gatesStride, r1 - r0, p, 0, p.count, start,
                    d == 0 ? 0 : r0 * x.dInputStride, d == 0 ? 0 : x.dInputStride, x.dInput, r0 * x.dInputStride, x.dInputStride);
        }
    }

    private void weightGradients(int d, int id, int n) {
        LayerIo x = io[d];
        LayerParameters at = parameters[d];
        float[] g = call.gradients.data();
        WeightGradient gradient = weightGradients[id];
        int total = x.rows.total();
        int count = config.cell().gates();
        int j0 = share(count * hidden, id, n);
        int j1 = share(count * hidden, id + 1, n);
        int columns = x.inputParts * x.inputPart;
        for (int part = 0; part < x.inputParts; part++) {
            gradient.add(gates[d], gatesStride, count, hidden, j0, j1, total, x.input, x.inputStart + part * x.inputPartStored,
                    x.inputStride, null, null, 0, x.inputPart, g, at.weightIh + part * x.inputPart, columns);
        }
        if (masked.length == 0) {
            recurrentGradient(d, gradient, j0, j1, g, at.weightHh);
        } else {
            float[] mask = call.masks.get(RnnMasks.Kind.WEIGHT_HH);
            Arrays.fill(maskedGradient, j0 * hidden, j1 * hidden, 0f);
            recurrentGradient(d, gradient, j0, j1, maskedGradient, 0);
            for (int i = j0 * hidden; i < j1 * hidden; i++) {
                g[at.weightHh + i] += maskedGradient[i] * mask[maskStart(d) + i];
            }
        }
        if (at.biasIh >= 0) {
            biasGradient(d, columnSums[id], share(blocks, id, n), share(blocks, id + 1, n), g);
        }
    }

    /** Rows j0 to j1 - 1 of the gradient of W_hh. */
    abstract void recurrentGradient(int d, WeightGradient gradient, int j0, int j1, float[] g, int go);

    /** Gradients of both biases, own blocks. */
    abstract void biasGradient(int d, float[] sums, int u0, int u1, float[] g);

    /** {@code sums[c] = Σ_row d[row, c]} for columns c0 to c1 - 1. */
    static void columnSums(float[] d, int ldd, int rows, int c0, int c1, float[] sums) {
        Arrays.fill(sums, c0, c1, 0f);
        for (int r = 0; r < rows; r++) {
            int row = r * ldd;
            for (int c = c0; c < c1; c++) {
                sums[c] += d[row + c];
            }
        }
    }

    /** Adds sums of the gates of own blocks, {@code [block][G][V]}, to a bias gradient {@code [count·H]} at bo. */
    final void addToBias(float[] sums, int stored, int gate, int count, int u0, int u1, float[] g, int bo) {
        int v = kernels.lanes;
        for (int u = u0; u < u1; u++) {
            int units = Math.min(v, hidden - u * v);
            for (int j = 0; j < count; j++) {
                for (int lane = 0; lane < units; lane++) {
                    g[bo + (gate + j) * hidden + u * v + lane] += sums[(u * stored + j) * v + lane];
                }
            }
        }
    }
}
