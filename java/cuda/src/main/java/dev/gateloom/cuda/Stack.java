package dev.gateloom.cuda;

import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks.Kind;
import dev.gateloom.Shape;
import dev.gateloom.cuda.planner.Wavefront;

/**
 * The layers of a plan and what lies between them, and the order in which they run. Inside of a graph the two directions of a layer
 * run beside each other; with one direction the layers do, as a wavefront: steps run in chunks, and as soon as a layer has done
 * a chunk, the next layer may begin with it.
 *
 * <pre>
 *     lane 0   chunk 0   chunk 1   chunk 2                      layer 0
 *     lane 1             chunk 0   chunk 1   chunk 2            layer 1: a chunk is the product with its input, then the steps
 *     lane 2                       chunk 0   chunk 1   chunk 2  layer 2
 * </pre>
 *
 * <p>The order of the calls is one that is right without a graph too. Chunks depend on T and B alone, so bits do not depend on who
 * runs the launches. A pass whose steps a sequence kernel runs is one chunk; so is one of cells with rare options, and backward
 * in fp16, whose scale comes from all gradients of a layer.
 */
final class Stack {
    private final RnnConfig config;
    private final Lanes lanes;
    private final Rows rows;
    private final Cell[][] cells;               // [L][D]
    private final boolean wholeForward;         // one chunk
    private final boolean wholeBackward;
    private final int top;                      // the last layer
    private final int directions;
    private final int width;                    // D·R
    private final long x;                       // [T, B, I]; 0 if I = 0
    private final long[] outputs;               // [L, or 2 in inference][T, B, D·R]
    private final long[] dropped;               // [L-1][T, B, D·R]: outputs times the dropout mask; empty without dropout
    private final long[] gradients;             // [2][T, B, ·]: of a layer's output and of its input, in turn

    Stack(Workspace workspace, CellContext context, Cell[][] cells, Shape shape, Mode mode, Precision precision,
            Sequences sequences, long x) {
        config = context.config();
        lanes = context.lanes();
        rows = context.rows();
        this.cells = cells;
        this.x = x;
        boolean training = mode == Mode.TRAINING;
        boolean general = GeneralCell.isNeeded(config, mode);
        wholeForward = general || sequences.runs(false);
        wholeBackward = general || sequences.runs(true) || precision == Precision.FP16;
        top = cells.length - 1;
        directions = config.numDirections();
        width = directions * config.outputSize();
        long all = (long) shape.maxSteps() * shape.maxBatch();
        outputs = tensors(workspace, training ? top + 1 : Math.min(top + 1, 2), all * width, "output of a layer [T, B, D·R]");
        dropped = tensors(workspace, training && config.interlayerDropout() ? top : 0, all * width,
                "output after dropout [T, B, D·R]");
        gradients = tensors(workspace, training ? 2 : 0, all * Math.max(config.inputSize(), width), "gradient of rows");
    }

    private static long[] tensors(Workspace workspace, int count, long words, String purpose) {
        long[] tensors = new long[count];
        for (int n = 0; n < count; n++) {
            tensors[n] = workspace.words(words, purpose);
        }
        return tensors;
    }

    /** {@code [T, B, D·R]} of the last layer. */
    long output() {
        return output(top);
    }

    /** Room for the gradient of {@link #output}; {@link #backward} overwrites it. */
    long outputGradient() {
        return gradients[0];
    }

    /** The gradient of x, after a backward that was to make it. */
    long inputGradient() {
        return dInput(0);
    }

    /** From x, and the initial states in the pass, to the output of the last layer and the final states. */
    void forward(Pass p) {
        if (directions > 1) {
            for (int l = 0; l <= top; l++) {
                forwardBoth(p, l);
            }
            return;
        }
        int chunk = chunk(p, wholeForward);
        cells[0][0].inputProducts(p, x, 0, p.steps);            // all of it is there
        for (int from = 0; from < p.steps; from += chunk) {
            int to = Math.min(from + chunk, p.steps);
            for (int l = 0; l <= top; l++) {
                if (l > 0) {
                    lanes.order(l - 1, l);
                    cells[l][0].inputProducts(p, input(l), from, to);
                }
                cells[l][0].forwardSteps(p, output(l), from, to);
                if (l < dropped.length) {
                    mask(p, l, dropped[l], output(l), cells[l][0].firstOf(p, from, to), to - from, l);
                }
            }
        }
        lanes.order(top, 0);
    }

    private void forwardBoth(Pass p, int l) {
        lanes.order(0, 1);
        for (Cell cell : cells[l]) {
            cell.inputProducts(p, input(l), 0, p.steps);
        }
        boolean done = cells[l][0].forwardBoth(p, cells[l][1], output(l));
        for (int d = 0; d < directions && !done; d++) {
            cells[l][d].forwardSteps(p, direction(output(l), d), 0, p.steps);
        }
        lanes.order(1, 0);
        if (l < dropped.length) {
            mask(p, l, dropped[l], output(l), 0, p.steps, 0);
        }
    }

    /** From the gradients in the pass to those that it wants, and to those of the initial states. */
    void backward(Pass p) {
        if (directions > 1) {
            for (int l = top; l >= 0; l--) {
                backwardBoth(p, l);
            }
            return;
        }
        int chunk = chunk(p, wholeBackward);
        lanes.order(0, top);
        for (int from = 0; from < p.steps; from += chunk) {
            int to = Math.min(from + chunk, p.steps);
            for (int l = top; l >= 0; l--) {
                backwardChunk(p, l, from, to);
            }
        }
        for (int l = 1; l <= top && p.gradients != 0; l++) {
            lanes.order(l, 0);
        }
    }

    private void backwardChunk(Pass p, int l, int from, int to) {
        Cell cell = cells[l][0];
        boolean last = to == p.steps;
        if (from == 0) {
            gradientsCome(p, l, l);
        }
        cell.backwardSteps(p, dOutput(p, l), from, to);
        if (l > 0) {
            cell.inputGradients(p, dInput(l), false, from, to);
            if (dropped.length > 0) {
                mask(p, l - 1, dInput(l), dInput(l), cell.firstOf(p, p.steps - to, p.steps - from), to - from, l);
            }
            lanes.order(l, l - 1);
        } else if (last && p.dInput) {
            cell.inputGradients(p, dInput(0), false, 0, p.steps);   // at once: its rows are of another width than those it overwrites
        }
        if (last && p.gradients != 0) {
            cell.weightGradients(p, input(l));
        }
    }

    private void backwardBoth(Pass p, int l) {
        for (int lane = 0; lane < Math.min(directions, lanes.count()); lane++) {
            gradientsCome(p, l, lane);
        }
        lanes.order(0, 1);
        long dOutput = dOutput(p, l);
        boolean done = cells[l][0].backwardBoth(p, cells[l][1], dOutput);
        for (int d = 0; d < directions; d++) {
            if (!done) {
                cells[l][d].backwardSteps(p, dOutput == 0 ? 0 : direction(dOutput, d), 0, p.steps);
            }
            if (l > 0 || p.dInput) {
                if (d > 0) {
                    lanes.order(0, 1);                          // it adds to what the other direction left
                }
                cells[l][d].inputGradients(p, dInput(l), d > 0, 0, p.steps);
            }
            if (p.gradients != 0) {
                cells[l][d].weightGradients(p, input(l));
            }
        }
        lanes.order(1, 0);
        if (l > 0 && dropped.length > 0) {
            mask(p, l - 1, dInput(l), dInput(l), 0, p.steps, 0);
        }
    }

    /** Tells the products of a lane where a layer's gradients come from; with two directions on the main lane, before they part. */
    private void gradientsCome(Pass p, int l, int lane) {
        int products = Math.min(lane, lanes.count() - 1);
        lanes.gemm(products).gradientsComeFrom(lanes.stream(directions > 1 ? 0 : products), dOutput(p, l),
                (long) p.steps * p.batch * width, p.state(p.stateH, l, width), (long) p.batch * width,
                p.state(p.stateC, l, directions * config.hiddenSize()), (long) p.batch * directions * config.hiddenSize());
    }

    /** How many steps a chunk has. */
    private int chunk(Pass p, boolean whole) {
        return whole || top == 0 ? p.steps : Wavefront.chunk(p.steps, p.batch);
    }

    /** {@code to = from} times the dropout mask after a layer, for some steps from t on. */
    private void mask(Pass p, int layer, long to, long from, int t, int steps, int lane) {
        long offset = Cell.rowBytes(p, t, width);
        long masks = p.masks.at(Kind.INTERLAYER, layer, (long) p.steps * p.batch * width);
        rows.multiply(lanes.stream(Math.min(lane, lanes.count() - 1)), to + offset, from + offset, masks + offset,
                (long) steps * p.batch * width);
    }

    private long input(int l) {
        return l == 0 ? x : dropped.length > 0 ? dropped[l - 1] : output(l - 1);
    }

    /** {@code [T, B, D·R]} of a layer; in inference the layer after the next writes there again. */
    private long output(int l) {
        return outputs[l % outputs.length];
    }

    /** Gradient of a layer's output; 0 for zeros. */
    private long dOutput(Pass p, int l) {
        return l == top ? p.dOutput : dInput(l + 1);
    }

    /** Gradient of a layer's input. The layer below writes where this one's output had its own, step for step behind it. */
    private long dInput(int l) {
        return gradients[(top - l + 1) % 2];
    }

    /** {@code [T, B, D·R]} from a direction's first column on. */
    private long direction(long tensor, int d) {
        return tensor + (long) d * config.outputSize() * Float.BYTES;
    }
}
