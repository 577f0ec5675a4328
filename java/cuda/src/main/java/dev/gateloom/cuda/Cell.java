package dev.gateloom.cuda;

import dev.gateloom.Direction;
import dev.gateloom.RnnConfig;
import dev.gateloom.device.Stream;

/**
 * One layer and direction: the products over many steps, and the recurrence between them. Subclasses do one step, or all
 * of them if there is a kernel that can. All work goes to the cell's lane. A range of steps counts them in the order in which
 * a pass comes to them: reading backward, and in backward reading forward, the last step of the sequence is the first.
 */
abstract class Cell {
    final Stream stream;
    final Gemm gemm;
    final Reserve reserve;
    final int k;                                // layer·D + direction
    final int hiddenSize;                       // H
    final int outputSize;                       // R
    final int gateRows;                         // G·H
    final int outputStride;                     // D·R
    final boolean reverse;
    final Rows rows;
    final ParameterPlaces places;
    final int inputSize;                        // I, or D·R above the first layer

    Cell(CellContext context, int layer, int direction, Reserve reserve) {
        RnnConfig config = context.config();
        int lane = context.lane(layer, direction);
        this.stream = context.lanes().stream(lane);
        this.gemm = context.lanes().gemm(lane);
        this.rows = context.rows();
        this.places = context.places();
        this.reserve = reserve;
        k = layer * config.numDirections() + direction;
        hiddenSize = config.hiddenSize();
        outputSize = config.outputSize();
        gateRows = config.cell().gates() * hiddenSize;
        outputStride = config.numDirections() * outputSize;
        inputSize = config.layerInputSize(layer);
        reverse = direction == 1 || config.direction() == Direction.BACKWARD;
    }

    /**
     * The products with the input, before the steps of a range.
     *
     * @param input {@code [T, B, I]}, zeros past each sequence's end; 0 if I = 0
     */
    final void inputProducts(Pass p, long input, int from, int to) {
        int t = firstOf(p, from, to);
        inputProducts(p, t, to - from, input == 0 ? 0 : input + rowBytes(p, t, inputSize));
    }

    /**
     * Runs a range of steps. The first takes the initial state from the pass, the last leaves the final one there.
     *
     * @param output {@code [T, B, D·R]} from this direction's first column on; zeros past each sequence's end
     */
    final void forwardSteps(Pass p, long output, int from, int to) {
        int first = reverse ? p.steps : 0;
        if (from == 0) {
            copyState(p, first, true);
        }
        boolean done = inOneLaunch(p, from, to, false) && forwardSequence(p, output);
        for (int n = from; n < to && !done; n++) {
            int t = reverse ? p.steps - 1 - n : n;
            forwardStep(p, t, output + rowBytes(p, t, outputStride));
        }
        if (to == p.steps) {
            copyState(p, p.steps - first, false);
        }
    }

    /**
     * Runs a range of steps back. The first takes the gradient of the final state from the pass, the last leaves that of the
     * initial one there.
     *
     * @param dOutput {@code [T, B, D·R]} from this direction's first column on; 0 for zeros
     */
    final void backwardSteps(Pass p, long dOutput, int from, int to) {
        boolean done = inOneLaunch(p, from, to, true) && backwardSequence(p, dOutput);
        for (int n = from; n < to && !done; n++) {
            int t = reverse ? n : p.steps - 1 - n;
            backwardStep(p, t, dOutput == 0 ? 0 : dOutput + rowBytes(p, t, outputStride));
        }
        if (to == p.steps) {
            afterSteps(p);
        }
    }

    /**
     * Runs all steps of both directions in one launch, this cell being the first. False if each has to run its own.
     *
     * @param output {@code [T, B, D·R]}, all of it
     */
    final boolean forwardBoth(Pass p, Cell other, long output) {
        if (!takesBoth(p, false)) {
            return false;
        }
        copyState(p, 0, true);
        other.copyState(p, p.steps, true);
        if (!forwardSequences(p, other, output)) {
            return false;
        }
        copyState(p, p.steps, false);
        other.copyState(p, 0, false);
        return true;
    }

    /**
     * Runs all steps of both directions back in one launch, this cell being the first. False if each has to run its own.
     *
     * @param dOutput {@code [T, B, D·R]}, all of it; 0 for zeros
     */
    final boolean backwardBoth(Pass p, Cell other, long dOutput) {
        if (!takesBoth(p, true) || !backwardSequences(p, other, dOutput)) {
            return false;
        }
        afterSteps(p);
        other.afterSteps(p);
        return true;
    }

    private boolean takesBoth(Pass p, boolean back) {
        SequenceLauncher launcher = sequenceLauncher(back);
        return launcher != null && launcher.takesBoth() && launcher.takes(p);
    }

    private boolean inOneLaunch(Pass p, int from, int to, boolean back) {
        SequenceLauncher launcher = sequenceLauncher(back);
        return areAll(p, from, to) && launcher != null && launcher.takes(p);
    }

    /**
     * The gradient of the input of a range of steps, after these; with what {@link #afterSteps} does, of all.
     *
     * @param dInput receives {@code [T, B, I]}, zeros past each sequence's end
     * @param add whether to add to it: what the layer's other direction left there
     */
    final void inputGradients(Pass p, long dInput, boolean add, int from, int to) {
        int t = firstOf(p, p.steps - to, p.steps - from);
        if (areAll(p, from, to)) {
            gemm.hold(inputGradient());         // the gradients of the weights read it too
        }
        // dInput[T·B, I] (+)= dGates[T·B, G·H] · W_ih, for some rows of them
        gemm.nn(stream, dInput + rowBytes(p, t, inputSize), inputSize, inputGradient() + rowBytes(p, t, gateRows), gateRows,
                p.weights.weightIh(k), inputSize, (to - from) * p.batch, inputSize, gateRows, add);
    }

    /**
     * Adds the gradients of the weights, after all steps.
     *
     * @param input that of forward
     */
    final void weightGradients(Pass p, long input) {
        gemm.hold(inputGradient());
        int all = p.steps * p.batch;
        if (inputSize > 0) {
            // dW_ih[G·H, I] += dGates[T·B, G·H]ᵀ · input[T·B, I]
            gemm.tn(stream, p.gradient(places.weightIh[k]), inputSize, inputGradient(), gateRows, input, inputSize, gateRows,
                    inputSize, all, true);
        }
        recurrentWeightGradient(p);
        if (places.biasIh[k] >= 0) {
            rows.columnSums(stream, p.gradient(places.biasIh[k]), reserve.gates(), all, gateRows, gateRows);
            rows.columnSums(stream, p.gradient(places.biasHh[k]), recurrentGradient(), all, gateRows, gateRows);
        }
        gemm.release();
    }

    /** The least t of a range of forward's steps. */
    final int firstOf(Pass p, int from, int to) {
        return reverse ? p.steps - to : from;
    }

    private static boolean areAll(Pass p, int from, int to) {
        return from == 0 && to == p.steps;
    }

    /** One step, after the input's product. {@code y} is where {@code [B, ldy]} of this step starts. */
    abstract void forwardStep(Pass p, int t, long y);

    /** One step back: from dy and the carried gradients to those of the gates, and of the state before. */
    abstract void backwardStep(Pass p, int t, long dy);

    /**
     * The products with the input and what is added to them, of some steps from t on: {@code [T, B, G·H]} at the reserve's gates.
     *
     * @param input of step t; 0 if I = 0
     */
    void inputProducts(Pass p, int t, int steps, long input) {
        // gates[T·B, G·H] = input[T·B, I] · W_ihᵀ + b, for some rows of them
        gemm.nt(stream, gates(p, t), gateRows, input, inputSize, p.weights.weightIh(k), inputSize, p.weights.inputBias(k),
                steps * p.batch, gateRows, inputSize, false);
    }

    /** What is left between the steps back and the products over all of them. */
    void afterSteps(Pass p) {
    }

    /** Gradient of {@code W_ih x}, {@code [T, B, G·H]}, after all steps. */
    long inputGradient() {
        return reserve.gates();
    }

    /** All steps; {@code y} is where {@code [T, B, ldy]} starts. False if the steps are to run one by one. */
    boolean forwardSequence(Pass p, long y) {
        return false;
    }

    /** All steps back; {@code dy} is where {@code [T, B, ldy]} starts, or 0. False if the steps are to run one by one. */
    boolean backwardSequence(Pass p, long dy) {
        return false;
    }

    /** The launcher of all steps of a pass; null if there is none. */
    SequenceLauncher sequenceLauncher(boolean back) {
        return null;
    }

    /** All steps of both directions, where the launcher takes both. {@code y} is of the first. False if nothing has run. */
    boolean forwardSequences(Pass p, Cell other, long y) {
        return false;
    }

    /** The same back. {@code dy} is of the first, or 0. */
    boolean backwardSequences(Pass p, Cell other, long dy) {
        return false;
    }

    /** Gradient of {@code W_hh h + b_hh}, {@code [T, B, G·H]}, after all steps. */
    long recurrentGradient() {
        return reserve.gates();
    }

    /** Adds the gradient of W_hh, after all steps. */
    void recurrentWeightGradient(Pass p) {
        // dW_hh[G·H, H] += dGates[T·B, G·H]ᵀ · (states before all steps)[T·B, H]
        gemm.tn(stream, p.gradient(places.weightHh[k]), hiddenSize, recurrentGradient(), gateRows, hBefore(p, 0), hiddenSize,
                gateRows, hiddenSize, p.steps * p.batch, true);
    }

    /** W_hh as a sequence kernel reads it: in 16 bits if products do. */
    final long recurrentFactor(Pass p) {
        long weights = p.weights.weightHh(k);
        long packed = p.weights.packed(weights, outputSize, outputSize);
        return packed == 0 ? weights : packed;
    }

    /** {@code [B, G·H]} of a step. */
    final long gates(Pass p, int t) {
        return reserve.gates() + rowBytes(p, t, gateRows);
    }

    /** {@code h [B, R]} before a step. */
    final long hBefore(Pass p, int t) {
        return reserve.h() + rowBytes(p, reverse ? t + 1 : t, outputSize);
    }

    /** {@code dh [B, R]}, carried from step to step. */
    final long dh(Pass p) {
        return p.stateH + rowBytes(p, k, outputSize);
    }

    /** {@code dc [B, H]}, carried from step to step. */
    final long dc(Pass p) {
        return p.stateC + rowBytes(p, k, hiddenSize);
    }

    /** Bytes of the first n blocks of {@code [B, width]}. */
    static long rowBytes(Pass p, int n, int width) {
        return (long) n * p.batch * width * Float.BYTES;
    }

    /** Between the pass's {@code [B, ·]} of this cell and a slot of the reserve. */
    private void copyState(Pass p, int slot, boolean in) {
        copyState(p.stateH, reserve.h(), p, slot, outputSize, in);
        if (reserve.c() != 0) {
            copyState(p.stateC, reserve.c(), p, slot, hiddenSize, in);
        }
    }

    private void copyState(long states, long slots, Pass p, int slot, int width, boolean in) {
        long outside = states + rowBytes(p, k, width);
        long inside = slots + rowBytes(p, slot, width);
        stream.copy(in ? outside : inside, in ? inside : outside, rowBytes(p, 1, width));
    }
}
