package dev.gateloom.cuda;

/** The steps of a plain RNN with rare options: {@code rnn_general.cu} has the equations. */
final class GeneralRnnCell extends GeneralCell {
    private final RnnGeneral kernels;

    GeneralRnnCell(GeneralContext context, int layer, int direction, Reserve reserve, RnnGeneral kernels) {
        super(context, layer, direction, reserve);
        this.kernels = kernels;
    }

    @Override
    void forwardStep(Pass p, int t, long y) {
        long a = gates(p, t);
        stateTerm(p, t, a, true);
        kernels.forward(stream, a, p.batch, hiddenSize);
        zoneOut(p, t, a, y);
    }

    @Override
    void backwardStep(Pass p, int t, long dy) {
        long da = gates(p, t);
        long d = zoneOutBackward(p, t, dy);
        kernels.backward(stream, da, d, p.batch, hiddenSize);
        stateTermBackward(p, t, da);
    }
}
