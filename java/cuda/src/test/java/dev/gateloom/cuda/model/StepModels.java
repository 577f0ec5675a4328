package dev.gateloom.cuda.model;

import dev.gateloom.cuda.model.Words.Piece;
import dev.gateloom.device.Launch;

/** The kernels of one step. Gates of a unit are H apart. */
final class StepModels {
    private StepModels() {
    }

    /** What these kernels take after their other pointers. */
    private record Step(Piece lengths, int t, int batch, int hidden, int ldy, boolean reverse) {
        static Step read(Parameters p, Launch launch) {
            Step step = new Step(p.pointer(), p.int32(), p.int32(), p.int32(), p.int32(), p.flag());
            long blocks = KernelModels.blocks((long) step.batch * step.hidden, 256);
            KernelModels.geometry(launch, blocks, 256, 1);
            return step;
        }

        void forEachUnit(Unit effect) {
            for (int b = 0; b < batch; b++) {
                for (int u = 0; u < hidden; u++) {
                    effect.compute(b, u, t < lengths.getInt(b));
                }
            }
        }

        /** Index of a unit in the slot before this step, of {@code [T+1, B, H]}. */
        long before(int b, int u) {
            return ((long) (reverse ? t + 1 : t) * batch + b) * hidden + u;
        }

        long after(int b, int u) {
            return ((long) (reverse ? t : t + 1) * batch + b) * hidden + u;
        }

        long state(int b, int u) {
            return (long) b * hidden + u;
        }

        long row(int b, int u) {
            return (long) b * ldy + u;
        }
    }

    private interface Unit {
        void compute(int b, int u, boolean valid);
    }

    static void lstmForward(Launch launch, Parameters p) {
        Piece gates = p.pointer();
        Piece c = p.pointer();
        Piece h = p.pointer();
        Piece y = p.pointer();
        Step s = Step.read(p, launch);
        p.end();
        s.forEachUnit((b, u, valid) -> {
            long z = (long) b * 4 * s.hidden + u;
            float i = sigmoid(gates.get(z));
            float f = sigmoid(gates.get(z + s.hidden));
            float g = tanh(gates.get(z + 2L * s.hidden));
            float o = sigmoid(gates.get(z + 3L * s.hidden));
            float newC = f * c.get(s.before(b, u)) + i * g;
            float newH = o * tanh(newC);
            gates.set(z, valid ? i : 0);
            gates.set(z + s.hidden, valid ? f : 0);
            gates.set(z + 2L * s.hidden, valid ? g : 0);
            gates.set(z + 3L * s.hidden, valid ? o : 0);
            c.set(s.after(b, u), valid ? newC : c.get(s.before(b, u)));
            h.set(s.after(b, u), valid ? newH : h.get(s.before(b, u)));
            y.set(s.row(b, u), valid ? newH : 0);
        });
    }

    static void lstmBackward(Launch launch, Parameters p) {
        Piece gates = p.pointer();
        Piece c = p.pointer();
        Piece dy = p.pointer();
        Piece dh = p.pointer();
        Piece dc = p.pointer();
        Step s = Step.read(p, launch);
        p.end();
        s.forEachUnit((b, u, valid) -> {
            if (!valid) {
                return;
            }
            long z = (long) b * 4 * s.hidden + u;
            float i = gates.get(z);
            float f = gates.get(z + s.hidden);
            float g = gates.get(z + 2L * s.hidden);
            float o = gates.get(z + 3L * s.hidden);
            float tanhC = tanh(c.get(s.after(b, u)));
            float newDh = dh.get(s.state(b, u)) + (dy == null ? 0 : dy.get(s.row(b, u)));
            float newDc = dc.get(s.state(b, u)) + newDh * o * (1 - tanhC * tanhC);
            gates.set(z, newDc * g * (i * (1 - i)));
            gates.set(z + s.hidden, newDc * c.get(s.before(b, u)) * (f * (1 - f)));
            gates.set(z + 2L * s.hidden, newDc * i * (1 - g * g));
            gates.set(z + 3L * s.hidden, newDh * tanhC * (o * (1 - o)));
            dc.set(s.state(b, u), newDc * f);
            dh.set(s.state(b, u), 0);
        });
    }

    static void gruForward(Launch launch, Parameters p) {
        Piece xs = p.pointer();
        Piece hs = p.pointer();
        Piece h = p.pointer();
        Piece y = p.pointer();
        Step s = Step.read(p, launch);
        p.end();
        s.forEachUnit((b, u, valid) -> {
            long z = (long) b * 3 * s.hidden + u;
            float reset = sigmoid(xs.get(z) + hs.get(z));
            float update = sigmoid(xs.get(z + s.hidden) + hs.get(z + s.hidden));
            float n = tanh(xs.get(z + 2L * s.hidden) + reset * hs.get(z + 2L * s.hidden));
            float oldH = h.get(s.before(b, u));
            float newH = (1 - update) * n + update * oldH;
            xs.set(z, reset);
            xs.set(z + s.hidden, update);
            xs.set(z + 2L * s.hidden, n);
            h.set(s.after(b, u), valid ? newH : oldH);
            y.set(s.row(b, u), valid ? newH : 0);
        });
    }

    static void gruBackward(Launch launch, Parameters p) {
        Piece xs = p.pointer();
        Piece hs = p.pointer();
        Piece h = p.pointer();
        Piece dy = p.pointer();
        Piece dh = p.pointer();
        Step s = Step.read(p, launch);
        p.end();
        s.forEachUnit((b, u, valid) -> {
            long z = (long) b * 3 * s.hidden + u;
            float reset = xs.get(z);
            float update = xs.get(z + s.hidden);
            float n = xs.get(z + 2L * s.hidden);
            float newDh = dh.get(s.state(b, u)) + (dy == null || !valid ? 0 : dy.get(s.row(b, u)));
            float dn = newDh * (1 - update) * (1 - n * n);
            float dUpdate = newDh * (h.get(s.before(b, u)) - n) * (update * (1 - update));
            float dReset = dn * hs.get(z + 2L * s.hidden) * (reset * (1 - reset));
            xs.set(z, valid ? dReset : 0);
            xs.set(z + s.hidden, valid ? dUpdate : 0);
            xs.set(z + 2L * s.hidden, valid ? dn : 0);
            hs.set(z, valid ? dReset : 0);
            hs.set(z + s.hidden, valid ? dUpdate : 0);
            hs.set(z + 2L * s.hidden, valid ? dn * reset : 0);
            dh.set(s.state(b, u), valid ? newDh * update : newDh);
        });
    }

    static void rnnForward(Launch launch, Parameters p) {
        Piece gates = p.pointer();
        Piece h = p.pointer();
        Piece y = p.pointer();
        Step s = Step.read(p, launch);
        boolean relu = p.flag();
        p.end();
        s.forEachUnit((b, u, valid) -> {
            float z = gates.get(s.state(b, u));
            float newH = relu ? Math.max(0, z) : tanh(z);
            h.set(s.after(b, u), valid ? newH : h.get(s.before(b, u)));
            y.set(s.row(b, u), valid ? newH : 0);
        });
    }

    static void rnnBackward(Launch launch, Parameters p) {
        Piece gates = p.pointer();
        Piece h = p.pointer();
        Piece dy = p.pointer();
        Piece dh = p.pointer();
        Step s = Step.read(p, launch);
        boolean relu = p.flag();
        p.end();
        s.forEachUnit((b, u, valid) -> {
            if (!valid) {
                gates.set(s.state(b, u), 0);
                return;
            }
            float newH = h.get(s.after(b, u));
            float newDh = dh.get(s.state(b, u)) + (dy == null ? 0 : dy.get(s.row(b, u)));
            gates.set(s.state(b, u), newDh * (relu ? newH > 0 ? 1 : 0 : 1 - newH * newH));
            dh.set(s.state(b, u), 0);
        });
    }

    static float sigmoid(float x) {
        return (float) (1 / (1 + Math.exp(-x)));
    }

    static float tanh(float x) {
        return (float) Math.tanh(x);
    }
}
