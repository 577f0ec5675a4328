package dev.gateloom.cuda;

import dev.gateloom.LayerNorm;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks.Kind;

/** The steps of an LSTM with rare options: {@code lstm_general.cu} has the equations. */
final class GeneralLstmCell extends GeneralCell {
    private final LstmGeneral kernels;
    private final int peephole;                 // places; -1 without
    private final int projection;
    private final float clip;
    private final float zoneoutRate;
    private final boolean normalised;           // c' is, on its way to h'
    private final boolean carriesNormalised;    // and to the next step
    private final Normalisation cellNorm;       // null without
    private final StepTensor cNew;              // [T, B, H]: c'
    private final StepTensor s;                 // [T, B, H]: what h' sees of it
    private final StepTensor hNew;              // [B, H]: h' before the projection; of all steps if there is one
    private final StepTensor projected;         // [B, P]
    private final StepTensor dhUnprojected;     // [B, H]
    private final StepTensor ds;                // [B, H]: gradient of s; of all steps if normalised
    private final StepTensor dcNew;             // [B, H]: gradient of c'; ds unless normalised

    GeneralLstmCell(GeneralContext context, int layer, int direction, Reserve reserve, LstmGeneral kernels) {
        super(context, layer, direction, reserve);
        this.kernels = kernels;
        RnnConfig config = context.cell().config();
        boolean training = context.training();
        boolean projects = config.projSize() > 0;
        peephole = places.of("peephole", k);
        projection = places.of("weight_hr", k);
        clip = config.cellClip() > 0 ? config.cellClip() : Float.POSITIVE_INFINITY;
        zoneoutRate = config.zoneoutCell();
        normalised = config.layerNorm() != LayerNorm.NONE;
        carriesNormalised = config.layerNorm() == LayerNorm.CARRY_NORMALIZED;
        cellNorm = normalised ? new Normalisation(context, k, "c", context.kept(hiddenSize, "c', normalised")) : null;
        cNew = context.kept(hiddenSize, "c'");
        s = normalised ? context.kept(hiddenSize, "LN(c')") : cNew;
        hNew = projects ? context.kept(hiddenSize, "h' before the projection") : context.scratch(hiddenSize, "h'");
        projected = projects ? context.scratch(outputSize, "h'") : hNew;
        dhUnprojected = projects && training ? context.scratch(hiddenSize, "gradient of h' before the projection") : null;
        ds = !training ? null : normalised ? context.allSteps(hiddenSize, "gradient of LN(c')")
                : context.scratch(hiddenSize, "gradient of c'");
        dcNew = normalised && training ? context.scratch(hiddenSize, "gradient of c'") : ds;
    }

    @Override
    void forwardStep(Pass p, int t, long y) {
        long a = gates(p, t);
        stateTerm(p, t, a, true);
        kernels.gates(stream, a, reserve.c(), cNew.at(p, t), p.weights.at(peephole), candidateMask(p, t), clip, t, p.batch,
                hiddenSize, reverse);
        if (normalised) {
            cellNorm.forward(p, t, 1, cNew.at(p, t), s.at(p, t), false);
        }
        StepTensor carried = carriesNormalised ? s : cNew;
        kernels.output(stream, a, s.at(p, t), carried.at(p, t), reserve.c(), hNew.at(p, t), cellMask(p, t), zoneoutRate,
                p.lengths, t, p.batch, hiddenSize, reverse);
        if (projection >= 0) {
            // projected[B, P] = hNew[B, H] · W_hrᵀ
            gemm.nt(stream, projected.at(p, t), outputSize, hNew.at(p, t), hiddenSize, p.weights.at(projection), hiddenSize, 0,
                    p.batch, outputSize, hiddenSize, false);
        }
        zoneOut(p, t, projected.at(p, t), y);
    }

    @Override
    void backwardStep(Pass p, int t, long dy) {
        long da = gates(p, t);
        long d = zoneOutBackward(p, t, dy);
        if (projection >= 0) {
            // dhUnprojected[B, H] = d[B, P] · W_hr
            gemm.nn(stream, dhUnprojected.at(p, t), hiddenSize, d, outputSize, p.weights.at(projection), hiddenSize, p.batch,
                    hiddenSize, outputSize, false);
            d = dhUnprojected.at(p, t);
        }
        boolean apart = normalised && !carriesNormalised;       // the next step sees c', h' sees s
        kernels.outputBackward(stream, da, s.at(p, t), d, ds.at(p, t), apart ? dcNew.at(p, t) : 0, dc(p), cellMask(p, t),
                zoneoutRate, p.lengths, t, p.batch, hiddenSize);
        if (normalised) {
            cellNorm.backward(p, t, 1, ds.at(p, t), dcNew.at(p, t), apart);
        }
        kernels.gatesBackward(stream, da, reserve.c(), dcNew.at(p, t), dc(p), p.weights.at(peephole), candidateMask(p, t), clip,
                p.lengths, t, p.batch, hiddenSize, reverse);
        stateTermBackward(p, t, da);
    }

    @Override
    void afterSteps(Pass p) {
        if (p.gradients != 0) {
            if (normalised) {
                cellNorm.parameterGradients(p, ds.address());
            }
            if (peephole >= 0) {
                long before = reserve.c() + rowBytes(p, reverse ? 1 : 0, hiddenSize);       // [T, B, H], as hBefore
                peepholeGradient(p, 0, 0, before);              // p_i: da_i⊙c_{t-1}
                peepholeGradient(p, 1, 1, before);              // p_f: da_f⊙c_{t-1}
                peepholeGradient(p, 2, 3, cNew.address());      // p_o: da_o⊙c'
            }
            if (projection >= 0) {
                // dW_hr[P, H] += dhNew[T·B, P]ᵀ · hNew[T·B, H]
                gemm.tn(stream, p.gradient(projection), hiddenSize, dhNew.address(), outputSize, hNew.address(), hiddenSize,
                        outputSize, hiddenSize, p.steps * p.batch, true);
            }
        }
        super.afterSteps(p);
    }

    private void peepholeGradient(Pass p, int part, int gate, long c) {
        rows.columnProducts(stream, p.gradient(peephole + part * hiddenSize),
                reserve.gates() + (long) gate * hiddenSize * Float.BYTES, c, p.steps * p.batch, hiddenSize, gateRows, hiddenSize);
    }

    private long cellMask(Pass p, int t) {
        return p.stepMask(Kind.ZONEOUT_C, k, t, hiddenSize);
    }
}
