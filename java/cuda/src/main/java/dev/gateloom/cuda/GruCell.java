package dev.gateloom.cuda;

import dev.gateloom.Mode;

/**
 * The steps of a GRU with the reset after the product: {@code gru_forward.cu} and {@code gru_backward.cu} have the
 * equations. Its two products stay apart, since r acts on one of them.
 */
final class GruCell extends Cell {
    private final GruForward forward;
    private final GruBackward backward;
    private final GruSequenceForward sequenceForward;       // null: step by step
    private final GruSequenceBackward sequenceBackward;     // null: step by step
    private final boolean keepsSteps;

    GruCell(CellContext context, int layer, int direction, Reserve reserve, Mode mode, GruForward forward,
            GruBackward backward, GruSequenceForward sequenceForward, GruSequenceBackward sequenceBackward) {
        super(context, layer, direction, reserve);
        this.forward = forward;
        this.backward = backward;
        this.sequenceForward = sequenceForward;
        this.sequenceBackward = sequenceBackward;
        keepsSteps = mode == Mode.TRAINING;
    }

    @Override
    boolean forwardSequence(Pass p, long y) {
        return sequenceForward != null && sequenceForward.launch(stream, reserve.gates(), reserve.recurrent(), reserve.h(), y,
                recurrentFactor(p), p.weights.recurrentBias(k), p.lengths, p.steps, p.batch, hiddenSize, outputStride,
                reverse, keepsSteps);
    }

    @Override
    boolean forwardSequences(Pass p, Cell other, long y) {
        return sequenceForward.launchBoth(stream, reserve, other.reserve, y, recurrentFactor(p), other.recurrentFactor(p),
                p.weights.recurrentBias(k), p.weights.recurrentBias(other.k), p.lengths, p.steps, p.batch, hiddenSize,
                outputStride, keepsSteps);
    }

    @Override
    boolean backwardSequence(Pass p, long dy) {
        return sequenceBackward != null && sequenceBackward.launch(stream, reserve.gates(), reserve.recurrent(), reserve.h(),
                dy, dh(p), recurrentFactor(p), gemm.magnitude(), p.lengths, p.steps, p.batch, hiddenSize, outputStride, reverse);
    }

    @Override
    boolean backwardSequences(Pass p, Cell other, long dy) {
        return sequenceBackward.launchBoth(stream, reserve, other.reserve, dy, dh(p), recurrentFactor(p),
                other.recurrentFactor(p), gemm.magnitude(), p.lengths, p.steps, p.batch, hiddenSize, outputStride);
    }

    @Override
    SequenceLauncher sequenceLauncher(boolean back) {
        return back ? sequenceBackward : sequenceForward;
    }

    @Override
    void forwardStep(Pass p, int t, long y) {
        long hs = recurrent(p, t);
        // hs[B, 3H] = h_{t-1}[B, H] · W_hhᵀ + b_hh
        gemm.nt(stream, hs, gateRows, hBefore(p, t), hiddenSize, p.weights.weightHh(k), hiddenSize,
                p.weights.recurrentBias(k), p.batch, gateRows, hiddenSize, false);
        forward.launch(stream, gates(p, t), hs, reserve.h(), y, p.lengths, t, p.batch, hiddenSize, outputStride, reverse);
    }

    @Override
    void backwardStep(Pass p, int t, long dy) {
        long dhs = recurrent(p, t);
        backward.launch(stream, gates(p, t), dhs, reserve.h(), dy, dh(p), p.lengths, t, p.batch, hiddenSize, outputStride,
                reverse);
        // dh[B, H] += dhs[B, 3H] · W_hh
        gemm.nn(stream, dh(p), hiddenSize, dhs, gateRows, p.weights.weightHh(k), hiddenSize, p.batch, hiddenSize, gateRows,
                true);
    }

    @Override
    long recurrentGradient() {
        return reserve.recurrent();
    }

    /** {@code [B, 3H]} of a step. */
    private long recurrent(Pass p, int t) {
        return reserve.recurrent() + (keepsSteps ? rowBytes(p, t, gateRows) : 0);
    }
}
