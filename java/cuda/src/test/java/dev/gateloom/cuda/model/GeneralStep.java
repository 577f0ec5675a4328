package dev.gateloom.cuda.model;

import dev.gateloom.cuda.model.Words.Piece;
import dev.gateloom.device.Launch;

/** Sizes of one step of a kernel of the rare options, and where the values of a unit lie. Gates of a unit are H apart. */
record GeneralStep(int t, int batch, int hidden, boolean reverse) {

    interface Unit {
        void compute(int b, int u, long index);
    }

    static GeneralStep read(Parameters p, Launch launch) {
        return new GeneralStep(p.int32(), p.int32(), p.int32(), p.flag()).launchedBy(launch);
    }

    /** Of a kernel that needs no slot. */
    static GeneralStep readWithoutDirection(Parameters p, Launch launch) {
        return new GeneralStep(p.int32(), p.int32(), p.int32(), false).launchedBy(launch);
    }

    GeneralStep launchedBy(Launch launch) {
        KernelModels.geometry(launch, KernelModels.blocks((long) batch * hidden, 256), 256, 1);
        return this;
    }

    void forEachUnit(Unit effect) {
        for (int b = 0; b < batch; b++) {
            for (int u = 0; u < hidden; u++) {
                effect.compute(b, u, (long) b * hidden + u);
            }
        }
    }

    /** The slot before this step, of {@code [T+1, B, H]}. */
    long before(long index) {
        return (long) (reverse ? t + 1 : t) * batch * hidden + index;
    }

    long after(long index) {
        return (long) (reverse ? t : t + 1) * batch * hidden + index;
    }

    /** Of {@code [B, G·H]}. */
    long gate(int gates, int b, int gate, int u) {
        return ((long) b * gates + gate) * hidden + u;
    }

    boolean valid(Piece lengths, int b) {
        return t < lengths.getInt(b);
    }

    /** How much of the old state stays, of that mask or everywhere. */
    static float keep(Piece mask, float rate, long at) {
        return mask == null ? rate : mask.get(at);
    }

    /** Zoneout: {@code keep·old + (1 - keep)·next}. */
    static float blend(Piece mask, float rate, long at, float old, float next) {
        float keep = keep(mask, rate, at);
        return keep * old + (1 - keep) * next;
    }

    /** A value of a tensor that may be absent. */
    static float at(Piece values, long index, float without) {
        return values == null ? without : values.get(index);
    }

    static float sigmoid(float x) {
        return (float) (1 / (1 + Math.exp(-x)));
    }

    static float tanh(float x) {
        return (float) Math.tanh(x);
    }
}
