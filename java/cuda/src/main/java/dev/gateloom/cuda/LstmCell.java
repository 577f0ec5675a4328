package dev.gateloom.cuda;

import dev.gateloom.Mode;

/** The steps of an LSTM: {@code lstm_forward.cu} and {@code lstm_backward.cu} have the equations. */
final class LstmCell extends Cell {
    private final LstmForward forward;
    private final LstmBackward backward;
    private final LstmSequenceForward sequenceForward;      // null: step by step
    private final LstmSequenceBackward sequenceBackward;    // null: step by step
    private final boolean keepsSteps;

    LstmCell(CellContext context, int layer, int direction, Reserve reserve, Mode mode, LstmForward forward,
            LstmBackward backward, LstmSequenceForward sequenceForward, LstmSequenceBackward sequenceBackward) {
        super(context, layer, direction, reserve);
        this.forward = forward;
        this.backward = backward;
        this.sequenceForward = sequenceForward;
        this.sequenceBackward = sequenceBackward;
        keepsSteps = mode == Mode.TRAINING;
    }

    @Override
    boolean forwardSequence(Pass p, long y) {
        return sequenceForward != null && sequenceForward.launch(stream, reserve.gates(), reserve.c(), reserve.h(), y,
                recurrentFactor(p), p.lengths, p.steps, p.batch, hiddenSize, outputStride, reverse, keepsSteps);
    }

    @Override
    boolean forwardSequences(Pass p, Cell other, long y) {
        return sequenceForward.launchBoth(stream, reserve, other.reserve, y, recurrentFactor(p), other.recurrentFactor(p),
                p.lengths, p.steps, p.batch, hiddenSize, outputStride, keepsSteps);
    }

    @Override
    boolean backwardSequence(Pass p, long dy) {
        return sequenceBackward != null && sequenceBackward.launch(stream, reserve.gates(), reserve.c(), dy, dh(p), dc(p),
                recurrentFactor(p), gemm.magnitude(), p.lengths, p.steps, p.batch, hiddenSize, outputStride, reverse);
    }

    @Override
    boolean backwardSequences(Pass p, Cell other, long dy) {
        return sequenceBackward.launchBoth(stream, reserve, other.reserve, dy, dh(p), dc(p), recurrentFactor(p),
                other.recurrentFactor(p), gemm.magnitude(), p.lengths, p.steps, p.batch, hiddenSize, outputStride);
    }

    @Override
    SequenceLauncher sequenceLauncher(boolean back) {
        return back ? sequenceBackward : sequenceForward;
    }

    @Override
    void forwardStep(Pass p, int t, long y) {
        long z = gates(p, t);
        // z[B, 4H] += h_{t-1}[B, H] · W_hhᵀ
        gemm.nt(stream, z, gateRows, hBefore(p, t), hiddenSize, p.weights.weightHh(k), hiddenSize, 0, p.batch, gateRows,
                hiddenSize, true);
        forward.launch(stream, z, reserve.c(), reserve.h(), y, p.lengths, t, p.batch, hiddenSize, outputStride, reverse);
    }

    @Override
    void backwardStep(Pass p, int t, long dy) {
        long dz = gates(p, t);
        backward.launch(stream, dz, reserve.c(), dy, dh(p), dc(p), p.lengths, t, p.batch, hiddenSize, outputStride, reverse);
        // dh[B, H] += dz[B, 4H] · W_hh
        gemm.nn(stream, dh(p), hiddenSize, dz, gateRows, p.weights.weightHh(k), hiddenSize, p.batch, hiddenSize, gateRows,
                true);
    }
}
