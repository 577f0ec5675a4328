package dev.gateloom.cuda;

import dev.gateloom.Direction;
import dev.gateloom.RnnConfig;
import dev.gateloom.device.Stream;

/**
 * One layer and direction: the products over all steps, and the loop over the steps between them. Subclasses do one step.
 * All work goes to the plan's stream.
 */
abstract class Cell {
    final Stream stream;
    final Gemm gemm;
    final Reserve reserve;
    final int k;                                // layer·D + direction
    final int hiddenSize;                       // H
    final int gateRows;                         // G·H
    final int outputStride;                     // D·H
    final boolean reverse;
    private final Rows rows;
    private final ParameterPlaces places;
    private final int inputSize;                // I, or D·H above the first layer

    Cell(CellContext context, int layer, int direction, Reserve reserve) {
        RnnConfig config = context.config();
        this.stream = context.stream();
        this.gemm = context.gemm();
        this.rows = context.rows();
        this.places = context.places();
        this.reserve = reserve;
        k = layer * config.numDirections() + direction;
        hiddenSize = config.hiddenSize();
        gateRows = config.cell().gates() * hiddenSize;
        outputStride = config.numDirections() * hiddenSize;
        inputSize = config.layerInputSize(layer);
        reverse = direction == 1 || config.direction() == Direction.BACKWARD;
    }

    /**
     * Runs all steps. Takes the initial state from the pass and leaves the final one there.
     *
     * @param input {@code [T, B, I]}, zeros past each sequence's end; 0 if I = 0
     * @param output {@code [T, B, D·H]} from this direction's first column on; zeros past each sequence's end
     */
    final void forward(Pass p, long input, long output) {
        // gates[T·B, G·H] = input[T·B, I] · W_ihᵀ + b
        gemm.nt(stream, reserve.gates(), gateRows, input, inputSize, p.weights.weightIh(k), inputSize,
                p.weights.inputBias(k), p.steps * p.batch, gateRows, inputSize, false);
        int first = reverse ? p.steps : 0;
        copyState(p, first, true);
        for (int n = 0; n < p.steps; n++) {
            int t = reverse ? p.steps - 1 - n : n;
            forwardStep(p, t, output + rowBytes(p, t, outputStride));
        }
        copyState(p, p.steps - first, false);
    }

    /**
     * Runs all steps back. Takes the gradient of the final state from the pass and leaves that of the initial one there.
     *
     * @param input that of forward
     * @param dOutput {@code [T, B, D·H]} from this direction's first column on; 0 for zeros
     * @param dInput receives {@code [T, B, I]}, zeros past each sequence's end; 0 if not wanted
     * @param add whether to add to dInput: what the layer's other direction left there
     */
    final void backward(Pass p, long input, long dOutput, long dInput, boolean add) {
        for (int n = 0; n < p.steps; n++) {
            int t = reverse ? n : p.steps - 1 - n;
            backwardStep(p, t, dOutput == 0 ? 0 : dOutput + rowBytes(p, t, outputStride));
        }
        gemm.hold(reserve.gates());
        if (dInput != 0) {
            // dInput[T·B, I] (+)= dGates[T·B, G·H] · W_ih
            gemm.nn(stream, dInput, inputSize, reserve.gates(), gateRows, p.weights.weightIh(k), inputSize,
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

    /** Gradient of {@code W_hh h + b_hh}, {@code [T, B, G·H]}, after all steps. */
    long recurrentGradient() {
        return reserve.gates();
    }

    /** {@code [B, G·H]} of a step. */
    final long gates(Pass p, int t) {
        return reserve.gates() + rowBytes(p, t, gateRows);
    }

    /** {@code h [B, H]} before a step. */
    final long hBefore(Pass p, int t) {
        return reserve.h() + rowBytes(p, reverse ? t + 1 : t, hiddenSize);
    }

    /** {@code dh [B, H]}, carried from step to step. */
    final long dh(Pass p) {
        return p.stateH + rowBytes(p, k, hiddenSize);
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
        long recurrent = recurrentGradient();
        if (inputSize > 0) {
            // dW_ih[G·H, I] += dGates[T·B, G·H]ᵀ · input[T·B, I]
            gemm.tn(stream, gradient(p, places.weightIh), inputSize, reserve.gates(), gateRows, input, inputSize, gateRows,
                    inputSize, all, true);
        }
        // dW_hh[G·H, H] += dGates[T·B, G·H]ᵀ · (states before all steps)[T·B, H]
        gemm.tn(stream, gradient(p, places.weightHh), hiddenSize, recurrent, gateRows, hBefore(p, 0), hiddenSize, gateRows,
                hiddenSize, all, true);
        if (places.biasIh[k] >= 0) {
            rows.columnSums(stream, gradient(p, places.biasIh), reserve.gates(), all, gateRows, gateRows);
            rows.columnSums(stream, gradient(p, places.biasHh), recurrent, all, gateRows, gateRows);
        }
    }

    private long gradient(Pass p, int[] place) {
        return p.gradients + (long) place[k] * Float.BYTES;
    }

    /** Between the pass's {@code [B, H]} of this cell and a slot of the reserve. */
    private void copyState(Pass p, int slot, boolean in) {
        copyState(p.stateH, reserve.h(), p, slot, in);
        if (reserve.c() != 0) {
            copyState(p.stateC, reserve.c(), p, slot, in);
        }
    }

    private void copyState(long states, long slots, Pass p, int slot, boolean in) {
        long outside = states + rowBytes(p, k, hiddenSize);
        long inside = slots + rowBytes(p, slot, hiddenSize);
        stream.copy(in ? outside : inside, in ? inside : outside, rowBytes(p, 1, hiddenSize));
    }
}
