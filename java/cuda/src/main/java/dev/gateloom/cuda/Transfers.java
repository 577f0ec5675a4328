package dev.gateloom.cuda;

import dev.gateloom.RnnConfig;
import dev.gateloom.Shape;
import dev.gateloom.device.Stream;

/** The way between the caller's tensors, wherever they are, and those that the layers of a plan see: time-major, padding zero. */
final class Transfers {
    private final RnnConfig config;
    private final Stream stream;
    private final Rows rows;
    private final int width;                    // D·R
    private final long x;                       // [T, B, I]; 0 if I = 0
    private final long callers;                 // rows as the caller lays them out: x, y, dy or dx on its way

    /**
     * Allocates.
     *
     * @param stream runs what is not the tensors' own copy
     */
    Transfers(Workspace workspace, RnnConfig config, Shape shape, Stream stream, Rows rows) {
        this.config = config;
        this.stream = stream;
        this.rows = rows;
        width = config.numDirections() * config.outputSize();
        long all = (long) shape.maxSteps() * shape.maxBatch();
        x = config.inputSize() == 0 ? 0 : workspace.words(all * config.inputSize(), "x [T, B, I]");
        callers = workspace.words(all * Math.max(config.inputSize(), width), "the caller's rows");
    }

    /** Where x comes to. */
    long x() {
        return x;
    }

    void forwardIn(CallTensors call, Pass p) {
        if (p.ragged) {
            call.load(Tensor.LENGTHS, p.batch, p.lengths);
        } else {
            stream.fill(p.lengths, p.steps, p.batch);
        }
        if (x != 0) {
            load(call, p, Tensor.X, config.inputSize(), x);
        }
        loadState(call, p, Tensor.H0, p.stateH, config.outputSize());
        loadState(call, p, Tensor.C0, p.stateC, config.hiddenSize());
        p.masks.load(call, p.steps, p.batch);
    }

    void forwardOut(CallTensors call, Pass p, long output) {
        store(call, p, output, width, Tensor.Y);
        storeState(call, p, p.stateH, Tensor.HN, config.outputSize());
        storeState(call, p, p.stateC, Tensor.CN, config.hiddenSize());
    }

    void backwardIn(CallTensors call, Pass p) {
        loadState(call, p, Tensor.DHN, p.stateH, config.outputSize());
        loadState(call, p, Tensor.DCN, p.stateC, config.hiddenSize());
        if (p.dOutput != 0) {
            load(call, p, Tensor.DY, width, p.dOutput);
        }
    }

    void backwardOut(CallTensors call, Pass p, long dx) {
        if (p.dInput) {
            store(call, p, dx, config.inputSize(), Tensor.DX);
        }
        storeState(call, p, p.stateH, Tensor.DH0, config.outputSize());
        storeState(call, p, p.stateC, Tensor.DC0, config.hiddenSize());
    }

    /** {@code [T, B, W]} from the caller's rows; zeros past each sequence's end. */
    private void load(CallTensors call, Pass p, Tensor tensor, int w, long to) {
        call.load(tensor, rowWords(p, w), isDense(p) ? to : callers);
        if (!isDense(p)) {
            rows.load(stream, to, callers, p.lengths, p.steps, p.batch, w, config.batchFirst());
        }
    }

    /** The way back. What is past a sequence's end becomes zero, whatever is in the weights. */
    private void store(CallTensors call, Pass p, long from, int w, Tensor tensor) {
        if (!call.has(tensor)) {
            return;
        }
        if (!isDense(p)) {
            rows.store(stream, callers, from, p.lengths, p.steps, p.batch, w, config.batchFirst());
        }
        call.store(isDense(p) ? from : callers, tensor, rowWords(p, w));
    }

    /** Whether the caller's rows are laid out as ours, none of them past a sequence's end. */
    private boolean isDense(Pass p) {
        return !p.ragged && !config.batchFirst();
    }

    /** {@code [L·D, B, W]} from the caller; zeros if there is none. */
    private void loadState(CallTensors call, Pass p, Tensor tensor, long to, int w) {
        if (call.has(tensor)) {
            call.load(tensor, stateWords(p, w), to);
        } else if (to != 0) {
            stream.fill(to, 0, stateWords(p, w));
        }
    }

    private void storeState(CallTensors call, Pass p, long from, Tensor tensor, int w) {
        if (call.has(tensor)) {
            call.store(from, tensor, stateWords(p, w));
        }
    }

    private static long rowWords(Pass p, int w) {
        return (long) p.steps * p.batch * w;
    }

    private long stateWords(Pass p, int w) {
        return (long) config.numLayers() * config.numDirections() * p.batch * w;
    }
}
