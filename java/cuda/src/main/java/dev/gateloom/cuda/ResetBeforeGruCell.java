package dev.gateloom.cuda;

/** The steps of a GRU with the reset before the product: {@code gru_reset_before.cu} has the equations. */
final class ResetBeforeGruCell extends GeneralCell {
    private static final int N = 2;             // the candidate among the gates r, z, n

    private final GruResetBefore kernels;
    private final StepTensor q;                 // [T, B, H]: r⊙h, which n's product sees
    private final StepTensor dq;                // [B, H]
    private final StepTensor hNew;              // [B, H]

    ResetBeforeGruCell(GeneralContext context, int layer, int direction, Reserve reserve, GruResetBefore kernels) {
        super(context, layer, direction, reserve);
        this.kernels = kernels;
        q = context.kept(hiddenSize, "r⊙h");
        dq = context.training() ? context.scratch(hiddenSize, "gradient of r⊙h") : null;
        hNew = context.scratch(hiddenSize, "h'");
    }

    @Override
    void forwardStep(Pass p, int t, long y) {
        long a = gates(p, t);
        recurrent.forward(p, 0, N, hBefore(p, t), a, 0, true);
        kernels.resetForward(stream, a, reserve.h(), q.at(p, t), t, p.batch, hiddenSize, reverse);
        recurrent.forward(p, N, gateCount, q.at(p, t), a, 0, true);
        kernels.candidateForward(stream, a, reserve.h(), hNew.at(p, t), candidateMask(p, t), t, p.batch, hiddenSize, reverse);
        zoneOut(p, t, hNew.at(p, t), y);
    }

    @Override
    void backwardStep(Pass p, int t, long dy) {
        long da = gates(p, t);
        long d = zoneOutBackward(p, t, dy);
        kernels.candidateBackward(stream, da, reserve.h(), d, dh(p), candidateMask(p, t), t, p.batch, hiddenSize, reverse);
        recurrent.backward(p, N, gateCount, da, dq.at(p, t), false);
        kernels.resetBackward(stream, da, reserve.h(), dq.at(p, t), dh(p), t, p.batch, hiddenSize, reverse);
        recurrent.backward(p, 0, N, da, dh(p), true);
    }

    @Override
    void recurrentWeightGradient(Pass p) {
        recurrent.weightGradient(p, 0, N, reserve.gates(), hBefore(p, 0));
        recurrent.weightGradient(p, N, gateCount, reserve.gates(), q.address());
    }
}
