package dev.gateloom.cuda;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks;
import dev.gateloom.RnnPlan;
import dev.gateloom.Shape;
import dev.gateloom.device.Device;
import dev.gateloom.device.Stream;
import dev.gateloom.spi.Call;
import dev.gateloom.spi.Operand;

/**
 * The layers of a stack one after the other on one stream: uploads the caller's tensors, runs the cells, applies dropout
 * between them, downloads the results. Tensors on the device are dense and have the sizes of the call.
 */
final class CudaPlan extends RnnPlan {
    private final WeightCopies copies;
    private final ParameterPlaces places;
    private final Workspace workspace;
    private final Stream stream;
    private final Staging staging;
    private final Rows rows;
    private final Cell[][] cells;               // [L][D]
    private final Pass pass = new Pass();
    private final int directions;
    private final int width;                    // D·H
    private final long x;                       // [T, B, I]; 0 if I = 0
    private final long callers;                 // rows as the caller lays them out: x, y, dy or dx on its way
    private final long[] outputs;               // [L, or 2 in inference][T, B, D·H]
    private final long[] dropped;               // [L-1][T, B, D·H]: outputs times the dropout mask; empty without dropout
    private final long masks;                   // [L-1, T, B, D·H]
    private final long[] gradients;             // [2][T, B, ·]: of a layer's output and of its input, in turn
    private final long weightGradients;         // as RnnWeights.data()

    CudaPlan(Device device, WeightCopies copies, RnnConfig config, Shape shape, Mode mode) {
        super(config, shape, mode);
        this.copies = copies;
        boolean training = mode == Mode.TRAINING;
        int layers = config.numLayers();
        directions = config.numDirections();
        width = directions * config.hiddenSize();
        places = new ParameterPlaces(config);
        long all = (long) shape.maxSteps() * shape.maxBatch();
        long states = (long) layers * width * shape.maxBatch();
        int widest = Math.max(config.inputSize(), width);
        boolean drops = training && config.interlayerDropout();
        workspace = new Workspace(device);
        try {
            stream = workspace.stream();
            long moved = places.size + shape.maxBatch() + 2 * all * widest + 2 * states
                    + (drops ? (layers - 1) * all * width : 0);
            staging = new Staging(workspace, stream, moved);
            rows = new Rows(device);
            pass.lengths = workspace.words(shape.maxBatch(), "lengths [B]");
            pass.stateH = workspace.words(states, "state h [L·D, B, H]");
            pass.stateC = config.cell() == CellType.LSTM ? workspace.words(states, "state c [L·D, B, H]") : 0;
            x = config.inputSize() == 0 ? 0 : workspace.words(all * config.inputSize(), "x [T, B, I]");
            callers = workspace.words(all * widest, "the caller's rows");
            outputs = tensors(training ? layers : Math.min(layers, 2), all * width, "output of a layer [T, B, D·H]");
            dropped = tensors(drops ? layers - 1 : 0, all * width, "output after dropout [T, B, D·H]");
            masks = drops ? workspace.words((layers - 1) * all * width, "dropout masks [L-1, T, B, D·H]") : 0;
            gradients = tensors(training ? 2 : 0, all * widest, "gradient of rows");
            weightGradients = training ? workspace.words(places.size, "gradients of the weights") : 0;
            long partial = training ? partialWords(config, Math.toIntExact(all)) : 0;
            Gemm gemm = new Gemm(device, partial == 0 ? 0 : workspace.words(partial, "partial sums of weight gradients"),
                    partial);
            CellContext context = new CellContext(config, places, stream, gemm, rows);
            cells = new CellFactory(device, workspace, context, shape, mode).stack();
        } catch (RuntimeException | Error e) {
            workspace.close();
            throw e;
        }
    }

    @Override
    protected void run(Call call) {
        begin(call);
        staging.upload(call.lengths, call.batch, pass.lengths);
        load(call, call.x, config().inputSize(), x);
        loadState(call.h0, pass.stateH);
        loadState(call.c0, pass.stateC);
        int layerSize = call.steps * call.batch * width;
        if (dropped.length > 0) {
            staging.upload(call.masks.get(RnnMasks.Kind.INTERLAYER), dropped.length * layerSize, masks);
        }
        for (int l = 0; l < cells.length; l++) {
            for (int d = 0; d < directions; d++) {
                cells[l][d].forward(pass, input(l), direction(output(l), d));
            }
            if (l < dropped.length) {
                rows.multiply(stream, dropped[l], output(l), mask(l, layerSize), layerSize);
            }
        }
        store(call, output(cells.length - 1), width, call.y);
        storeState(pass.stateH, call.hN);
        storeState(pass.stateC, call.cN);
        staging.flush();
    }

    @Override
    protected void runBackward(Call call) {
        begin(call);
        loadState(call.dhN, pass.stateH);
        loadState(call.dcN, pass.stateC);
        long dOutput = 0;                       // absent: zeros
        if (call.dy.isPresent()) {
            dOutput = gradients[0];
            load(call, call.dy, width, dOutput);
        }
        pass.gradients = call.gradients == null ? 0 : weightGradients;
        if (pass.gradients != 0) {
            stream.fill(pass.gradients, 0, places.size);
        }
        int layerSize = call.steps * call.batch * width;
        boolean dxWanted = call.dx.isPresent() && config().inputSize() > 0;
        for (int l = cells.length - 1, turn = 1; l >= 0; l--, turn ^= 1) {
            long dInput = l > 0 || dxWanted ? gradients[turn] : 0;
            for (int d = 0; d < directions; d++) {
                cells[l][d].backward(pass, input(l), dOutput == 0 ? 0 : direction(dOutput, d), dInput, d > 0);
            }
            if (l > 0 && dropped.length > 0) {
                rows.multiply(stream, dInput, dInput, mask(l - 1, layerSize), layerSize);
            }
            dOutput = dInput;
        }
        if (dxWanted) {
            store(call, dOutput, config().inputSize(), call.dx);
        }
        storeState(pass.stateH, call.dh0);
        storeState(pass.stateC, call.dc0);
        if (call.gradients != null) {
            staging.downloadSum(pass.gradients, call.gradients.data(), places.size);
        }
        staging.flush();
    }

    @Override
    protected void free() {
        workspace.close();
    }

    private void begin(Call call) {
        staging.begin();
        pass.steps = call.steps;
        pass.batch = call.batch;
        pass.weights = copies.of(call.weights);
        pass.weights.refresh(call.weights, places, staging, rows, stream);
    }

    /** Room for the largest gradient of weights whose sums over all rows are divided. */
    private static long partialWords(RnnConfig config, int rows) {
        int gateRows = config.cell().gates() * config.hiddenSize();
        long words = SplitK.words(gateRows, config.hiddenSize(), rows);
        for (int l = 0; l < config.numLayers(); l++) {
            int inputSize = config.layerInputSize(l);
            words = inputSize == 0 ? words : Math.max(words, SplitK.words(gateRows, inputSize, rows));
        }
        return words;
    }

    private long[] tensors(int count, long words, String purpose) {
        long[] tensors = new long[count];
        for (int n = 0; n < count; n++) {
            tensors[n] = workspace.words(words, purpose);
        }
        return tensors;
    }

    private long input(int l) {
        return l == 0 ? x : dropped.length > 0 ? dropped[l - 1] : output(l - 1);
    }

    /** {@code [T, B, D·H]} of a layer; in inference the layer after the next writes there again. */
    private long output(int l) {
        return outputs[l % outputs.length];
    }

    /** {@code [T, B, D·H]} from a direction's first column on. */
    private long direction(long tensor, int d) {
        return tensor + (long) d * config().hiddenSize() * Float.BYTES;
    }

    /** {@code [T, B, D·H]} between layer l and the next one. */
    private long mask(int l, int layerSize) {
        return masks + (long) l * layerSize * Float.BYTES;
    }

    /** {@code [T, B, W]} from the caller's rows; zeros past each sequence's end. */
    private void load(Call call, Operand from, int w, long to) {
        if (w == 0) {
            return;
        }
        boolean asIs = !call.batchFirst && !call.ragged;
        staging.upload(from, call.steps * call.batch * w, asIs ? to : callers);
        if (!asIs) {
            rows.load(stream, to, callers, pass.lengths, call.steps, call.batch, w, call.batchFirst);
        }
    }

    /** The way back. What is past a sequence's end becomes zero, whatever is in the weights. */
    private void store(Call call, long from, int w, Operand to) {
        if (!to.isPresent()) {
            return;
        }
        boolean asIs = !call.batchFirst && !call.ragged;
        if (!asIs) {
            rows.store(stream, callers, from, pass.lengths, call.steps, call.batch, w, call.batchFirst);
        }
        staging.download(asIs ? from : callers, to, call.steps * call.batch * w);
    }

    /** {@code [L·D, B, H]} from the caller; zeros if there is none. */
    private void loadState(Operand from, long to) {
        if (from.isPresent()) {
            staging.upload(from, stateSize(), to);
        } else if (to != 0) {
            stream.fill(to, 0, stateSize());
        }
    }

    private void storeState(long from, Operand to) {
        if (to.isPresent()) {
            staging.download(from, to, stateSize());
        }
    }

    private int stateSize() {
        return cells.length * width * pass.batch;
    }
}
