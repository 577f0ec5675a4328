package dev.gateloom.cuda;

import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks.Kind;

/**
 * A cell with rare options: both products are normalised if the stack asks for it, dropout masks the recurrent one, and zoneout
 * follows the step. Subclasses have what is between: from the products to the new state h', and back.
 */
abstract class GeneralCell extends Cell {
    final RecurrentProduct recurrent;
    final int gateCount;                        // G
    /** {@code [B, R]}: gradient of h'; of all steps if it is projected. Null in inference. */
    final StepTensor dhNew;
    private final Zoneout zoneout;
    private final float zoneoutRate;
    private final StepTensor inputRows;         // [T, B, G·H]: W_ih x, normalised, then its gradient; the gates without
    private final StepTensor dStateRows;        // [T, B, G·H]: gradient of W_hh h; null without normalisation
    private final Normalisation inputNorm;      // null without
    private final Normalisation stateNorm;

    GeneralCell(GeneralContext context, int layer, int direction, Reserve reserve) {
        super(context.cell(), layer, direction, reserve);
        RnnConfig config = context.cell().config();
        boolean norm = config.layerNorm() != LayerNorm.NONE;
        boolean training = context.training();
        gateCount = config.cell().gates();
        recurrent = new RecurrentProduct(context, k);
        zoneout = context.zoneout();
        zoneoutRate = config.zoneoutHidden();
        dhNew = !training ? null : config.projSize() > 0 ? context.allSteps(outputSize, "gradient of h'")
                : context.scratch(outputSize, "gradient of h'");
        inputRows = norm && training ? context.allSteps(gateRows, "W_ih x, normalised")
                : new StepTensor(reserve.gates(), gateRows, true);
        dStateRows = norm && training ? context.allSteps(gateRows, "gradient of W_hh h") : null;
        inputNorm = norm ? new Normalisation(context, k, "ih", inputRows) : null;
        stateNorm = norm ? new Normalisation(context, k, "hh", context.kept(gateRows, "W_hh h, normalised")) : null;
    }

    /** Whether a stack needs one of these cells. In inference what only drops units does nothing. */
    static boolean isNeeded(RnnConfig c, Mode mode) {
        boolean drops = c.recurrentDropout() > 0 || c.candidateDropout() > 0 || c.dropConnect() > 0;
        return c.projSize() > 0 || !c.resetAfter() || c.layerNorm() != LayerNorm.NONE || c.peephole() || c.cellClip() > 0
                || c.zoneoutHidden() > 0 || c.zoneoutCell() > 0 || mode == Mode.TRAINING && drops;
    }

    @Override
    final void inputProducts(Pass p, int t, int steps, long input) {
        recurrent.begin(p);
        if (inputNorm == null) {
            super.inputProducts(p, t, steps, input);
            return;
        }
        // rows[T·B, G·H] = input[T·B, I] · W_ihᵀ
        gemm.nt(stream, inputRows.at(p, t), gateRows, input, inputSize, p.weights.weightIh(k), inputSize, 0,
                steps * p.batch, gateRows, inputSize, false);
        inputNorm.forward(p, t, steps, inputRows.at(p, t), gates(p, t), false);
    }

    /** {@code term [B, G·H] (+)= W_hh h_{t-1} + b}, normalised if the stack is. */
    final void stateTerm(Pass p, int t, long term, boolean accumulate) {
        if (stateNorm == null) {
            recurrent.forward(p, 0, gateCount, hBefore(p, t), term, p.weights.recurrentBias(k), accumulate);
            return;
        }
        long rows = stateNorm.rows(p, t);
        recurrent.forward(p, 0, gateCount, hBefore(p, t), rows, 0, false);
        stateNorm.forward(p, t, 1, rows, term, accumulate);
    }

    /** Adds to dh what comes back through {@link #stateTerm}, given the gradient of the term. */
    final void stateTermBackward(Pass p, int t, long dTerm) {
        long dRows = dTerm;
        if (stateNorm != null) {
            dRows = dStateRows.at(p, t);
            stateNorm.backward(p, t, 1, dTerm, dRows, false);
        }
        recurrent.backward(p, 0, gateCount, dRows, dh(p), true);
    }

    /** From h' {@code [B, R]} to the state after the step, and the output. */
    final void zoneOut(Pass p, int t, long hNew, long y) {
        zoneout.forward(stream, hNew, reserve.h(), y, p.stepMask(Kind.ZONEOUT_H, k, t, outputSize), zoneoutRate, p.lengths, t,
                p.batch, outputSize, outputStride, reverse);
    }

    /** The gradient of h' {@code [B, R]}. What came past the cell stays in dh. */
    final long zoneOutBackward(Pass p, int t, long dy) {
        zoneout.backward(stream, dhNew.at(p, t), dh(p), dy, p.stepMask(Kind.ZONEOUT_H, k, t, outputSize), zoneoutRate, p.lengths,
                t, p.batch, outputSize, outputStride);
        return dhNew.at(p, t);
    }

    /** The candidate's mask of a step; 0 for ones. */
    final long candidateMask(Pass p, int t) {
        return p.stepMask(Kind.CANDIDATE, k, t, hiddenSize);
    }

    @Override
    void afterSteps(Pass p) {
        if (inputNorm == null) {
            return;
        }
        if (p.gradients != 0) {
            inputNorm.parameterGradients(p, reserve.gates());
            stateNorm.parameterGradients(p, recurrentGradient());
        }
        inputNorm.backward(p, 0, p.steps, reserve.gates(), inputRows.address(), false);
    }

    @Override
    final long inputGradient() {
        return inputRows.address();
    }

    @Override
    void recurrentWeightGradient(Pass p) {
        recurrent.weightGradient(p, 0, gateCount, dStateRows == null ? recurrentGradient() : dStateRows.address(),
                hBefore(p, 0));
    }
}
