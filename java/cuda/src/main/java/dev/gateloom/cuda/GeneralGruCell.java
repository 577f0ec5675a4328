package dev.gateloom.cuda;

/** The steps of a GRU with the reset after the product and rare options: {@code gru_general.cu} has the equations. */
final class GeneralGruCell extends GeneralCell {
    private final GruGeneral kernels;
    private final StepTensor stateTerms;        // [T, B, 3H]
    private final StepTensor hNew;              // [B, H]

    GeneralGruCell(GeneralContext context, int layer, int direction, Reserve reserve, GruGeneral kernels) {
        super(context, layer, direction, reserve);
        this.kernels = kernels;
        stateTerms = new StepTensor(reserve.recurrent(), gateRows, context.training());
        hNew = context.scratch(hiddenSize, "h'");
    }

    @Override
    void forwardStep(Pass p, int t, long y) {
        long v = stateTerms.at(p, t);
        stateTerm(p, t, v, false);
        kernels.forward(stream, gates(p, t), v, reserve.h(), hNew.at(p, t), candidateMask(p, t), t, p.batch, hiddenSize,
                reverse);
        zoneOut(p, t, hNew.at(p, t), y);
    }

    @Override
    void backwardStep(Pass p, int t, long dy) {
        long dv = stateTerms.at(p, t);
        long d = zoneOutBackward(p, t, dy);
        kernels.backward(stream, gates(p, t), dv, reserve.h(), d, dh(p), candidateMask(p, t), t, p.batch, hiddenSize,
                reverse);
        stateTermBackward(p, t, dv);
    }

    @Override
    long recurrentGradient() {
        return reserve.recurrent();
    }
}
