package dev.gateloom.cuda;

import dev.gateloom.Direction;
import dev.gateloom.RnnConfig;
import dev.gateloom.device.Stream;

/**
 * One layer and direction: the products over all steps, and the recurrence between them. Subclasses do one step, or all
 * of them if there is a kernel that can. All work goes to the plan's stream.
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
        this.stream = context.stream();
        this.gemm = context.gemm();
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
     * Runs all steps. Takes the initial state from the pass and leaves the final one there.
     *
     * @param input {@code [T, B, I]}, zeros past each sequence's end; 0 if I = 0
     * @param output {@code [T, B, D·R]} from this direction's first column on; zeros past each sequence's end
     */
    final void forward(Pass p, long input, long output) {
        inputProducts(p, input);
        int first = reverse ? p.steps : 0;
        copyState(p, first, true);
        boolean done = forwardSequence(p, output);
        for (int n = 0; n < p.steps && !done; n++) {
            int t = reverse ? p.steps - 1 - n : n;
            forwardStep(p, t, output + rowBytes(p, t, outputStride));
        }
        copyState(p, p.steps - first, false);
    }

    /**
     * Runs all steps back. Takes the gradient of the final state from the pass and leaves that of the initial one there.
     *
     * @param input that of forward
     * @param dOutput {@code [T, B, D·R]} from this direction's first column on; 0 for zeros
     * @param dInput receives {@code [T, B, I]}, zeros past each sequence's end; 0 if not wanted
     * @param add whether to add to dInput: what the layer's other direction left there
     */
    final void backward(Pass p, long input, long dOutput, long dInput, boolean add) {
        boolean done = backwardSequence(p, dOutput);
        for (int n = 0; n < p.steps && !done; n++) {
            int t = reverse ? n : p.steps - 1 - n;
            backwardStep(p, t, dOutput == 0 ? 0 : dOutput + rowBytes(p, t, outputStride));
        }
        afterSteps(p);
        gemm.hold(inputGradient());
        if (dInput != 0) {
            // dInput[T·B, I] (+)= dGates[T·B, G·H] · W_ih
            gemm.nn(stream, dInput, inputSize, inputGradient(), gateRows, p.weights.weightIh(k), inputSize,
                    p.steps * p.batch, inputSize, gateRows, add);
        }
        if (p.gradients != 0) {
            weightGradients(p, input);
        }
        gemm.release();
    }

    /** One step, after the input's product. {@code y} is where {@code [B, ldy]} of this step starts. */
    abstract void forwardStep(Pass p, int t, long y);

    /** One step back: from dy and the carried gradients to those of the gates, and of the state before. */
    abstract void backwardStep(Pass p, int t, long dy);

    /** The products with the input and what is added to them, of all steps: {@code [T, B, G·H]} at the reserve's gates. */
    void inputProducts(Pass p, long input) {
        // gates[T·B, G·H] = input[T·B, I] · W_ihᵀ + b
        gemm.nt(stream, reserve.gates(), gateRows, input, inputSize, p.weights.weightIh(k), inputSize,
                p.weights.inputBias(k), p.steps * p.batch, gateRows, inputSize, false);
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

    private void weightGradients(Pass p, long input) {
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
