package dev.gateloom.cpu;

import dev.gateloom.Direction;
import dev.gateloom.RnnConfig;
import dev.gateloom.spi.Call;

/**
 * What a cell reads and writes for one layer and direction. The plan owns the memory, sets the fields before each
 * call and does everything outside a layer: the caller's layouts, sorting by length, dropout between layers.
 *
 * <p>Rows are laid out by {@link Rows}: row {@code rows.offset(t) + r} is step t of sorted sequence r, only valid steps
 * exist, {@code rows.active(t)} sequences at step t. A matrix is array, start, stride (both in
 * floats). Widths are padded to multiples of V: Hp = {@code kernels.pad(H)}, Rp = {@code kernels.pad(R)}. Padding must be
 * written as zeros, and may be read as zeros.
 *
 * <pre>
 * forward   in    input [rows, inputStride], h0 [B, Rp], c0 [B, Hp]   (zeros where the caller gave none)
 *           out   output [rows, Rp] at outputStart, cN [B, Hp]         (LSTM; h of the last steps is read from output)
 * backward  in    dOutput [rows, Rp] at dOutputStart (zeros if absent); dh, dc = gradients of hN, cN
 *           out   dh, dc = gradients of h0, c0; dInput (if not null); call.gradients (if not null), added
 * </pre>
 *
 * h0, c0, cN, dh, dc are in sorted order. The input of a deeper layer has D parts of Rp values, R of them real; layer 0
 * has one part of I values without padding. For the column of {@code weight_ih} see {@link #inputColumn}.
 */
final class LayerIo {
    final RnnConfig config;
    final int layer;
    /** 0, or 1 for the second half of a bidirectional layer. */
    final int direction;
    /** Reads each sequence from its last step to step 0. */
    final boolean reverse;
    /** Parts of the input, real and stored values of each. */
    final int inputParts;
    final int inputPart;
    final int inputPartStored;

    /** The arguments of the call: weights, masks, gradients. */
    Call call;
    Rows rows;
    /** For each row the row of the same sequence's step before in reading order; {@code ~r} at its first step: h0. */
    int[] before;

    float[] input;
    int inputStart;
    int inputStride;
    float[] output;
    int outputStart;
    int outputStride;
    float[] h0;
    float[] c0;
    float[] cN;

    float[] dOutput;
    int dOutputStart;
    int dOutputStride;
    /** [B, stateStride]; the second direction adds to what the first one left in dInput. */
    float[] dh;
    float[] dc;
    float[] dInput;
    int dInputStride;
    /** Whether anyone wants dh and dc at the end. */
    boolean initialGradients;

    /** Row stride of h0, c0, cN, dh, dc: tiles of four vectors fit. */
    final int stateStride;
    private final int dInputStrideNeeded;

    LayerIo(RnnConfig config, Kernels kernels, int layer, int direction) {
        this.config = config;
        this.layer = layer;
        this.direction = direction;
        reverse = direction == 1 || config.direction() == Direction.BACKWARD;
        inputParts = layer == 0 ? 1 : config.numDirections();
        inputPart = layer == 0 ? config.inputSize() : config.outputSize();
        inputPartStored = layer == 0 ? config.inputSize() : kernels.pad(config.outputSize());
        stateStride = Panels.stride(Panels.round(Math.max(config.hiddenSize(), config.outputSize()), 4 * kernels.lanes));
        dInputStrideNeeded = Panels.stride(Panels.round(inputWidth(), 4 * kernels.lanes));
    }

    /** The row stride that dInput needs: whole panels of 4·V columns fit. */
    int dInputStrideNeeded() {
        return dInputStrideNeeded;
    }

    /** Values of an input row, padding between the parts included. */
    int inputWidth() {
        return inputParts * inputPartStored;
    }

    /** Column of {@code weight_ih} that multiplies value j of an input row; -1 for padding. */
    int inputColumn(int j) {
        int part = inputPartStored == 0 ? 0 : j / inputPartStored;
        int column = j - part * inputPartStored;
        return column < inputPart ? part * inputPart + column : -1;
    }

    /** The row of a sequence's last step in reading order; -1 for length 0. */
    int lastRow(int r) {
        int length = rows.length(r);
        return length == 0 ? -1 : rows.offset(reverse ? 0 : length - 1) + r;
    }

    /** The step before t in reading order, -1 or T at the start. */
    int stepBefore(int t) {
        return reverse ? t + 1 : t - 1;
    }

    /** Time step number s in reading order. */
    int step(int s) {
        return reverse ? rows.steps() - 1 - s : s;
    }
}
