package dev.gateloom.cpu;

import dev.gateloom.CellType;
import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks;
import dev.gateloom.RnnPlan;
import dev.gateloom.Shape;
import dev.gateloom.spi.Call;

/**
 * The layers of a stack one after the other: loads the caller's arguments into rows, runs the cells, applies dropout
 * between them, stores the results. A whole forward or backward is one task of the team.
 */
final class CpuPlan extends RnnPlan {
    /** Below so many weights, packing is not worth waking other threads. */
    static final int SOLO_WEIGHTS = 20_000;
    /** The same for a call, in multiply-adds. */
    private static final long SOLO_WORK = 150_000;
    /**
     * The same for a step of a layer, if the threads would wait for each other after each: where forward and backward together
     * break even with two threads on two quiet cores (1 to 8 sequences, 16 to 64 units). On busy ones a wait may take a time slice.
     */
    private static final long SOLO_STEP = 40_000;

    private final Team team;
    private final Rows rows;
    private final LayerIo[][] io;               // [L][D]
    private final LayerCell[] cells;            // [L]
    private final int directions;
    private final int outputSize;
    private final int outputStored;             // Rp
    private final boolean lstm;
    private final int xStride;
    private final float[] x;                    // [rows, I]
    private final float[][] outputs;            // [L or 2][rows, D·Rp]
    private final float[][] dropped;            // [L-1][rows, D·Rp], outputs times the dropout mask
    private final float[][] gradients;          // [2][rows, ·]: dOutput and dInput of a layer, in turn
    private final int[][] before;               // [D], see LayerIo
    private final long workOfRow;
    private final Gang.Task forward = this::forward;
    private final Gang.Task backward = this::backward;
    private Call call;

    CpuPlan(Kernels kernels, Team team, RnnConfig config, Shape shape, Mode mode) {
        super(config, shape, mode);
        Capacity.check(kernels, config, shape, mode, fused(config));
        this.team = team;
        int layers = config.numLayers();
        int batch = shape.maxBatch();
        boolean training = mode == Mode.TRAINING;
        directions = config.numDirections();
        outputSize = config.outputSize();
        outputStored = kernels.pad(outputSize);
        lstm = config.cell() == CellType.LSTM;
        rows = new Rows(shape.maxSteps(), batch);
        int maxRows = Math.multiplyExact(shape.maxSteps(), batch);
        int width = Panels.stride(directions * outputStored);
        xStride = config.inputSize() == 0 ? 0 : Panels.stride(config.inputSize());
        x = new float[Math.multiplyExact(maxRows, xStride)];
        outputs = new float[training ? layers : Math.min(layers, 2)][Math.multiplyExact(maxRows, width)];
        boolean drops = training && config.interlayerDropout();
        dropped = new float[drops ? layers - 1 : 0][Math.multiplyExact(maxRows, width)];
        int widest = Panels.stride(Panels.round(Math.max(width, config.inputSize()), 4 * kernels.lanes));
        gradients = new float[training ? 2 : 0][Math.multiplyExact(maxRows, widest)];
        before = new int[directions][training || !fused(config) ? maxRows : 0];
        io = new LayerIo[layers][directions];
        cells = new LayerCell[layers];
        long work = 0;
        for (int l = 0; l < layers; l++) {
            for (int d = 0; d < directions; d++) {
                io[l][d] = new LayerIo(config, kernels, l, d);
                connect(io[l][d], l, d, batch, width, training);
                work += (long) config.cell().gates() * config.hiddenSize() * (config.layerInputSize(l) + outputSize);
            }
            cells[l] = !fused(config) ? new GeneralCell(kernels, io[l], shape, mode, team.threads())
                    : lstm ? new LstmCell(kernels, io[l], maxRows, batch, mode, team.threads())
                    : new GruCell(kernels, io[l], maxRows, batch, mode, team.threads());
        }
        workOfRow = work;
    }

    private void connect(LayerIo layer, int l, int d, int batch, int width, boolean training) {
        boolean drops = l > 0 && dropped.length > 0;
        layer.rows = rows;
        layer.before = before[d];
        layer.input = l == 0 ? x : drops ? dropped[l - 1] : outputs[(l - 1) % outputs.length];
        layer.inputStride = l == 0 ? xStride : width;
        layer.output = outputs[l % outputs.length];
        layer.outputStart = d * outputStored;
        layer.outputStride = width;
        int state = Math.multiplyExact(batch, layer.stateStride);
        layer.h0 = new float[state];
        layer.c0 = new float[lstm ? state : 0];
        layer.cN = new float[lstm ? state : 0];
        layer.dh = new float[training ? state : 0];
        layer.dc = new float[training && lstm ? state : 0];
    }

    /** Plain LSTM and GRU have fused cells; dropout between layers and DropConnect do not change the cell. */
    private static boolean fused(RnnConfig c) {
        return (c.cell() == CellType.LSTM || c.cell() == CellType.GRU) && c.projSize() == 0 && c.resetAfter()
                && c.layerNorm() == LayerNorm.NONE && !c.peephole() && c.zoneoutHidden() == 0 && c.zoneoutCell() == 0
                && c.recurrentDropout() == 0 && c.candidateDropout() == 0 && c.cellClip() == 0;
    }

    @Override
    protected void run(Call checked) {
        call = checked;
        rows.set(checked);
        for (int d = 0; d < directions && before[d].length > 0; d++) {
            rows.before(io[0][d].reverse, before[d]);
        }
        for (int l = 0; l < cells.length; l++) {
            for (LayerIo layer : io[l]) {
                layer.call = checked;
            }
            cells[l].prepare(checked, team);
        }
        team.run(forward, alone(SOLO_WORK));
    }

    @Override
    protected void runBackward(Call checked) {
        call = checked;
        boolean initial = checked.dh0.isPresent() || checked.dc0.isPresent();
        for (int l = cells.length - 1, turn = 0; l >= 0; l--, turn ^= 1) {
            boolean top = l == cells.length - 1;
            for (LayerIo layer : io[l]) {
                layer.dOutput = gradients[turn];
                layer.dOutputStart = layer.outputStart;
                layer.dOutputStride = top ? layer.outputStride : io[l + 1][0].dInputStride;
                layer.dInput = l == 0 && !checked.dx.isPresent() ? null : gradients[turn ^ 1];
                layer.dInputStride = layer.dInputStrideNeeded();
                layer.initialGradients = initial;
            }
        }
        team.run(backward, alone(SOLO_WORK / 2));
    }

    private boolean alone(long least) {
        long work = rows.total() * workOfRow;
        return work < least || cells[0].waitsEachStep(team.threads()) && work < SOLO_STEP * rows.steps() * cells.length;
    }

    private void forward(int id, Gang gang) {
        int n = gang.size();
        RnnConfig c = config();
        if (c.inputSize() > 0) {
            Transfer.load(call, rows, call.x, 1, c.inputSize(), c.inputSize(), x, xStride, id, n);
        }
        for (int k = 0; k < cells.length * directions; k++) {
            LayerIo layer = io[k / directions][k % directions];
            Transfer.loadState(rows, call.h0, k, outputSize, layer.h0, layer.stateStride, id, n);
            if (lstm) {
                Transfer.loadState(rows, call.c0, k, c.hiddenSize(), layer.c0, layer.stateStride, id, n);
            }
        }
        gang.barrier();
        for (int l = 0; l < cells.length; l++) {
            if (l > 0 && dropped.length > 0) {
                Transfer.mask(rows, call.masks.get(RnnMasks.Kind.INTERLAYER), l - 1, directions, outputSize, outputStored,
                        outputs[l - 1], dropped[l - 1], io[l][0].inputStride, id, n);
                gang.barrier();
            }
            cells[l].forward(id, gang);
            gang.barrier();
            for (int d = 0; d < directions; d++) {
                LayerIo layer = io[l][d];
                int k = l * directions + d;
                Transfer.storeLast(layer, call.hN, k, outputSize, id, n);
                if (lstm) {
                    Transfer.storeState(rows, call.cN, k, c.hiddenSize(), layer.cN, layer.stateStride, id, n);
                }
            }
        }
        if (call.y.isPresent()) {
            LayerIo top = io[cells.length - 1][0];
            Transfer.store(call, rows, call.y, directions, outputSize, outputStored, top.output, top.outputStride, id, n);
        }
    }

    private void backward(int id, Gang gang) {
        int n = gang.size();
        RnnConfig c = config();
        LayerIo top = io[cells.length - 1][0];
        Transfer.load(call, rows, call.dy, directions, outputSize, outputStored, top.dOutput, top.dOutputStride, id, n);
        for (int k = 0; k < cells.length * directions; k++) {
            LayerIo layer = io[k / directions][k % directions];
            Transfer.loadState(rows, call.dhN, k, outputSize, layer.dh, layer.stateStride, id, n);
            if (lstm) {
                Transfer.loadState(rows, call.dcN, k, c.hiddenSize(), layer.dc, layer.stateStride, id, n);
            }
        }
        gang.barrier();
        for (int l = cells.length - 1; l >= 0; l--) {
            cells[l].backward(id, gang);
            gang.barrier();
            if (l > 0 && dropped.length > 0) {
                LayerIo layer = io[l][0];
                Transfer.mask(rows, call.masks.get(RnnMasks.Kind.INTERLAYER), l - 1, directions, outputSize, outputStored,
                        layer.dInput, layer.dInput, layer.dInputStride, id, n);
                gang.barrier();
            }
        }
        for (int k = 0; k < cells.length * directions; k++) {
            LayerIo layer = io[k / directions][k % directions];
            Transfer.storeState(rows, call.dh0, k, outputSize, layer.dh, layer.stateStride, id, n);
            Transfer.storeState(rows, call.dc0, k, c.hiddenSize(), layer.dc, layer.stateStride, id, n);
        }
        if (call.dx.isPresent() && c.inputSize() > 0) {
            LayerIo first = io[0][0];
            Transfer.store(call, rows, call.dx, 1, c.inputSize(), c.inputSize(), first.dInput, first.dInputStride, id, n);
        }
    }
}
