package dev.gateloom.reference;

import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks;
import dev.gateloom.RnnMasks.Kind;

/**
 * The masks that step t of sequence b sees in layer and direction k. Without masks: 1 for dropout, the rate itself
 * for zoneout, so that {@code m⊙old + (1-m)⊙new} is the sample in training and the expectation in inference.
 */
final class StepMasks {
    private final RnnConfig config;
    private final RnnMasks masks;
    private final int k;
    private final int t;
    private final int b;

    StepMasks(RnnConfig config, RnnMasks masks, int k, int t, int b) {
        this.config = config;
        this.masks = masks;
        this.k = k;
        this.t = t;
        this.b = b;
    }

    /** Factor of {@code h[j]} as gate {@code gate} sees it: {@code [L·D, G, B, R]}. */
    double recurrent(int gate, int j) {
        float[] mask = mask(Kind.RECURRENT);
        int row = (k * config.cell().gates() + gate) * (masks == null ? 0 : masks.batch()) + b;
        return mask == null ? 1 : mask[row * config.outputSize() + j];
    }

    /** Factor of the candidate: {@code [L·D, T, B, H]}. */
    double candidate(int j) {
        return atStep(Kind.CANDIDATE, config.hiddenSize(), j, 1);
    }

    /** How much of the old h stays: {@code [L·D, T, B, R]}. */
    double zoneoutHidden(int j) {
        return atStep(Kind.ZONEOUT_H, config.outputSize(), j, config.zoneoutHidden());
    }

    /** How much of the old c stays: {@code [L·D, T, B, H]}. */
    double zoneoutCell(int j) {
        return atStep(Kind.ZONEOUT_C, config.hiddenSize(), j, config.zoneoutCell());
    }

    private double atStep(Kind kind, int width, int j, double without) {
        float[] mask = mask(kind);
        return mask == null ? without : mask[((k * masks.steps() + t) * masks.batch() + b) * width + j];
    }

    private float[] mask(Kind kind) {
        return masks == null ? null : masks.get(kind);
    }
}
