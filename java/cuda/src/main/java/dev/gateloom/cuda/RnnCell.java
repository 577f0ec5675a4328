package dev.gateloom.cuda;

/** The steps of a plain RNN: {@code rnn.cu} has the equations. */
final class RnnCell extends Cell {
    private final Rnn rnn;
    private final RnnSequenceForward sequenceForward;       // null: step by step
    private final RnnSequenceBackward sequenceBackward;     // null: step by step

    RnnCell(CellContext context, int layer, int direction, Reserve reserve, Rnn rnn, RnnSequenceForward sequenceForward,
            RnnSequenceBackward sequenceBackward) {
        super(context, layer, direction, reserve);
        this.rnn = rnn;
        this.sequenceForward = sequenceForward;
        this.sequenceBackward = sequenceBackward;
    }

    @Override
    boolean forwardSequence(Pass p, long y) {
        return sequenceForward != null && sequenceForward.launch(stream, reserve.gates(), reserve.h(), y, recurrentFactor(p),
                p.lengths, p.steps, p.batch, hiddenSize, outputStride, reverse);
    }

    @Override
    boolean forwardSequences(Pass p, Cell other, long y) {
        return sequenceForward.launchBoth(stream, reserve, other.reserve, y, recurrentFactor(p), other.recurrentFactor(p),
                p.lengths, p.steps, p.batch, hiddenSize, outputStride);
    }

    @Override
    boolean backwardSequence(Pass p, long dy) {
        return sequenceBackward != null && sequenceBackward.launch(stream, reserve.gates(), reserve.h(), dy, dh(p),
                recurrentFactor(p), gemm.magnitude(), p.lengths, p.steps, p.batch, hiddenSize, outputStride, reverse);
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
        long z = gates(p, t);
        // z[B, H] += h_{t-1}[B, H] · W_hhᵀ
        gemm.nt(stream, z, gateRows, hBefore(p, t), hiddenSize, p.weights.weightHh(k), hiddenSize, 0, p.batch, gateRows,
                hiddenSize, true);
        rnn.forward(stream, z, reserve.h(), y, p.lengths, t, p.batch, hiddenSize, outputStride, reverse);
    }

    @Override
    void backwardStep(Pass p, int t, long dy) {
        long dz = gates(p, t);
        rnn.backward(stream, dz, reserve.h(), dy, dh(p), p.lengths, t, p.batch, hiddenSize, outputStride, reverse);
        // dh[B, H] += dz[B, H] · W_hh
        gemm.nn(stream, dh(p), hiddenSize, dz, gateRows, p.weights.weightHh(k), hiddenSize, p.batch, hiddenSize, gateRows,
                true);
    }
}
