package dev.gateloom.cuda.model;

import dev.gateloom.cuda.model.Words.Piece;
import dev.gateloom.device.Launch;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The kernels of all steps, with their orders of sums. A row meets no other row, so each goes through its steps by itself;
 * tiles, blocks and groups leave no trace.
 */
final class SequenceModels {
    private static final int WARP = 32;
    private static final int QUAD = 4;
    private static final int VECTOR = 4;

    private SequenceModels() {
    }

    private interface Model {
        void run(Launch launch, Parameters p, int rows, boolean cluster);
    }

    /** By program and name. */
    static Map<String, BiConsumer<Launch, Parameters>> all() {
        Map<String, Model> passes = Map.of("lstm_sequence_forward", SequenceModels::lstmForward,
                "lstm_sequence_backward", SequenceModels::lstmBackward, "gru_sequence_forward", SequenceModels::gruForward,
                "gru_sequence_backward", SequenceModels::gruBackward);
        Map<String, BiConsumer<Launch, Parameters>> models = new TreeMap<>();
        passes.forEach((name, model) -> {
            for (int rows : new int[] {1, 4, 8}) {
                models.put(name + "/" + name + "_" + rows, (l, p) -> model.run(l, p, rows, false));
                models.put(name + "/" + name + "_cluster_" + rows, (l, p) -> model.run(l, p, rows, true));
            }
        });
        for (int rows : new int[] {1, 4, 8}) {
            models.put("rnn_sequence_forward/rnn_sequence_forward_" + rows, (l, p) -> rnnForward(l, p, rows));
            models.put("rnn_sequence_backward/rnn_sequence_backward_" + rows, (l, p) -> rnnBackward(l, p, rows));
        }
        return models;
    }

    /** What these kernels take after their own pointers. */
    private record Sequence(Piece lengths, int steps, int batch, int hidden, int ldy, boolean reverse, int shares, int direction) {

        static Sequence read(Parameters p, Launch launch, int rows, boolean cluster, Shape shape) {
            Piece lengths = p.pointer();
            p.pointer();
            p.pointer();
            int steps = p.int32();
            int batch = p.int32();
            int hidden = p.int32();
            int ldy = p.int32();
            boolean reverse = p.flag();
            int units = p.int32();
            int groups = p.int32();
            int polls = p.int32();
            if (polls < 1) {
                throw new IllegalStateException("polls: " + polls);
            }
            long parts = cluster ? 8 : KernelModels.blocks(hidden, units);
            long tiles = KernelModels.blocks(KernelModels.blocks(batch, rows), groups);
            int quads = (int) KernelModels.blocks(units, QUAD);
            int shares = shape.shares(hidden, quads);
            Launch least = new Launch((int) (parts * groups), launch.gridY(), 1, Math.min(8, quads * shares) * WARP, 1, 1,
                    shape.words(hidden, rows, units, tiles, cluster) * 4, parts > 1 && !cluster);
            // For a smaller batch than the largest one a block has more shared memory than it needs.
            if (launch.dynamicSharedBytes() < least.dynamicSharedBytes()
                    || !launch.equals(least.sharedBytes(launch.dynamicSharedBytes()))) {
                throw new IllegalStateException("expected " + least + ", got " + launch);
            }
            return new Sequence(lengths, steps, batch, hidden, ldy, reverse, shares, 0);
        }

        /** Of the same launch. */
        Sequence second() {
            return new Sequence(lengths, steps, batch, hidden, ldy, true, shares, 1);
        }

        int time(int n, boolean forward) {
            return reverse == forward ? steps - 1 - n : n;
        }

        long state(int slot, int b, int u) {
            return ((long) slot * batch + b) * hidden + u;
        }

        long before(int t, int b, int u) {
            return state(reverse ? t + 1 : t, b, u);
        }

        long after(int t, int b, int u) {
            return state(reverse ? t : t + 1, b, u);
        }

        long gate(int gates, int t, int b, int u) {
            return ((long) t * batch + b) * gates * hidden + u;
        }

        long row(int t, int b, int u) {
            return ((long) t * batch + b) * ldy + direction * hidden + u;
        }

        long carried(int b, int u) {
            return ((long) direction * batch + b) * hidden + u;
        }
    }

    /** What decides the shared memory of a block. */
    private record Shape(int columns, int slices, int sums, int values, int states, int constants) {
        int shares(int hidden, int quads) {
            long stepsOfK = KernelModels.blocks((long) values * hidden, VECTOR * slices);
            return (int) Math.max(1, Math.min(8 / quads, stepsOfK));
        }

        int words(int hidden, int rows, int units, long tiles, boolean cluster) {
            long quads = KernelModels.blocks(units, QUAD);
            long stepsOfK = KernelModels.blocks((long) values * hidden, VECTOR * slices);
            long stride = stepsOfK * VECTOR * slices + 4;
            long words = quads * stepsOfK * columns * WARP * VECTOR + (cluster || units >= hidden ? 2 : 1) * rows * stride
                    + states * tiles * quads * WARP + constants * quads * WARP
                    + (shares(hidden, (int) quads) - 1) * quads * sums * WARP + tiles * rows + tiles + 1;
            return Math.toIntExact(words);
        }
    }

    /**
     * Sum over k of x[k] · w[first + k · step]: four k in a row to each slice of each share in turn, then the slices of a share
     * by halves, then the shares.
     */
    private static float sum(float[] x, Piece w, long first, long step, int slices, int shares) {
        float[][] sums = new float[shares][slices];
        for (int k = 0; k < x.length; k++) {
            float[] share = sums[k / VECTOR / slices % shares];
            int slice = k / VECTOR % slices;
            share[slice] = Math.fma(x[k], w.get(first + k * step), share[slice]);
        }
        for (float[] share : sums) {
            for (int half = slices / 2; half > 0; half /= 2) {
                for (int i = 0; i < half; i++) {
                    share[i] += share[i + half];
                }
            }
        }
        float total = sums[0][0];
        for (int i = 1; i < shares; i++) {
            total += sums[i][0];
        }
        return total;
    }

    /** So many tensors of the second direction, the last arguments; null if the launch has one direction. */
    private static Piece[] second(Parameters p, Launch launch, int tensors) {
        Piece[] pieces = new Piece[tensors];
        for (int n = 0; n < tensors; n++) {
            pieces[n] = p.pointer();
            if (launch.gridY() == 1 && pieces[n] != null) {
                throw new IllegalStateException("tensors of a second direction in a launch of one");
            }
        }
        p.end();
        return launch.gridY() == 1 ? null : pieces;
    }

    private static void lstmForward(Launch launch, Parameters p, int rows, boolean cluster) {
        Piece gates = p.pointer();
        Piece c = p.pointer();
        Piece h = p.pointer();
        Piece y = p.pointer();
        Piece w = p.pointer();
        Sequence s = Sequence.read(p, launch, rows, cluster, new Shape(4, 8, 4, 1, 2, 0));
        boolean keep = p.flag();
        Piece[] o = second(p, launch, 4);
        lstmForward(s, gates, c, h, y, w, keep);
        if (o != null) {
            lstmForward(s.second(), o[0], o[1], o[2], y, o[3], keep);
        }
    }

    private static void lstmForward(Sequence s, Piece gates, Piece c, Piece h, Piece y, Piece w, boolean keep) {
        int hidden = s.hidden;
        for (int b = 0; b < s.batch; b++) {
            for (int n = 0; n < s.steps; n++) {
                int t = s.time(n, true);
                boolean valid = t < s.lengths.getInt(b);
                float[] before = new float[hidden];
                for (int u = 0; u < hidden; u++) {
                    before[u] = h.get(s.before(t, b, u));
                }
                for (int u = 0; u < hidden; u++) {
                    long z = s.gate(4, t, b, u);
                    float[] sums = new float[4];
                    for (int gate = 0; gate < 4; gate++) {
                        sums[gate] = gates.get(z + (long) gate * hidden) + sum(before, w, ((long) gate * hidden + u) * hidden, 1, 8, s.shares);
                    }
                    float i = StepModels.sigmoid(sums[0]);
                    float f = StepModels.sigmoid(sums[1]);
                    float g = StepModels.tanh(sums[2]);
                    float o = StepModels.sigmoid(sums[3]);
                    float oldC = c.get(s.before(t, b, u));
                    float newC = f * oldC + i * g;
                    float newH = o * StepModels.tanh(newC);
                    if (keep) {
                        gates.set(z, valid ? i : 0);
                        gates.set(z + hidden, valid ? f : 0);
                        gates.set(z + 2L * hidden, valid ? g : 0);
                        gates.set(z + 3L * hidden, valid ? o : 0);
                    }
                    c.set(s.after(t, b, u), valid ? newC : oldC);
                    h.set(s.after(t, b, u), valid ? newH : before[u]);
                    y.set(s.row(t, b, u), valid ? newH : 0);
                }
            }
        }
    }

    private static void lstmBackward(Launch launch, Parameters p, int rows, boolean cluster) {
        Piece gates = p.pointer();
        Piece c = p.pointer();
        Piece dy = p.pointer();
        Piece dh = p.pointer();
        Piece dc = p.pointer();
        Piece w = p.pointer();
        Sequence s = Sequence.read(p, launch, rows, cluster, new Shape(4, 32, 1, 4, 3, 0));
        Piece[] o = second(p, launch, 3);
        lstmBackward(s, gates, c, dy, dh, dc, w);
        if (o != null) {
            lstmBackward(s.second(), o[0], o[1], dy, dh, dc, o[2]);
        }
    }

    private static void lstmBackward(Sequence s, Piece gates, Piece c, Piece dy, Piece dh, Piece dc, Piece w) {
        int hidden = s.hidden;
        for (int b = 0; b < s.batch; b++) {
            for (int n = 0; n < s.steps; n++) {
                int t = s.time(n, false);
                if (t >= s.lengths.getInt(b)) {
                    continue;
                }
                float[] dz = new float[4 * hidden];
                for (int u = 0; u < hidden; u++) {
                    long z = s.gate(4, t, b, u);
                    float i = gates.get(z);
                    float f = gates.get(z + hidden);
                    float g = gates.get(z + 2L * hidden);
                    float o = gates.get(z + 3L * hidden);
                    float tanhC = StepModels.tanh(c.get(s.after(t, b, u)));
                    long carried = s.carried(b, u);
                    float newDh = dh.get(carried) + (dy == null ? 0 : dy.get(s.row(t, b, u)));
                    float newDc = dc.get(carried) + newDh * o * (1 - tanhC * tanhC);
                    dz[u] = newDc * g * (i * (1 - i));
                    dz[hidden + u] = newDc * c.get(s.before(t, b, u)) * (f * (1 - f));
                    dz[2 * hidden + u] = newDc * i * (1 - g * g);
                    dz[3 * hidden + u] = newDh * tanhC * (o * (1 - o));
                    dc.set(carried, newDc * f);
                }
                for (int k = 0; k < dz.length; k++) {
                    gates.set(s.gate(4, t, b, k), dz[k]);
                }
                for (int u = 0; u < hidden; u++) {
                    dh.set(s.carried(b, u), sum(dz, w, u, hidden, 32, s.shares));
                }
            }
        }
    }

    private static void gruForward(Launch launch, Parameters p, int rows, boolean cluster) {
        Piece xs = p.pointer();
        Piece hs = p.pointer();
        Piece h = p.pointer();
        Piece y = p.pointer();
        Piece w = p.pointer();
        Piece bias = p.pointer();
        Sequence s = Sequence.read(p, launch, rows, cluster, new Shape(3, 8, 3, 1, 1, 3));
        boolean keep = p.flag();
        Piece[] o = second(p, launch, 5);
        gruForward(s, xs, hs, h, y, w, bias, keep);
        if (o != null) {
            gruForward(s.second(), o[0], o[1], o[2], y, o[3], o[4], keep);
        }
    }

    private static void gruForward(Sequence s, Piece xs, Piece hs, Piece h, Piece y, Piece w, Piece bias, boolean keep) {
        int hidden = s.hidden;
        for (int b = 0; b < s.batch; b++) {
            for (int n = 0; n < s.steps; n++) {
                int t = s.time(n, true);
                boolean valid = t < s.lengths.getInt(b);
                float[] before = new float[hidden];
                for (int u = 0; u < hidden; u++) {
                    before[u] = h.get(s.before(t, b, u));
                }
                for (int u = 0; u < hidden; u++) {
                    float[] sums = new float[3];
                    for (int gate = 0; gate < 3; gate++) {
                        sums[gate] = sum(before, w, ((long) gate * hidden + u) * hidden, 1, 8, s.shares)
                                + (bias == null ? 0 : bias.get((long) gate * hidden + u));
                    }
                    long x = s.gate(3, t, b, u);
                    float reset = StepModels.sigmoid(xs.get(x) + sums[0]);
                    float update = StepModels.sigmoid(xs.get(x + hidden) + sums[1]);
                    float candidate = StepModels.tanh(xs.get(x + 2L * hidden) + reset * sums[2]);
                    float newH = candidate + update * (before[u] - candidate);
                    if (keep) {
                        xs.set(x, valid ? reset : 0);
                        xs.set(x + hidden, valid ? update : 0);
                        xs.set(x + 2L * hidden, valid ? candidate : 0);
                        hs.set(x + 2L * hidden, valid ? sums[2] : 0);
                    }
                    h.set(s.after(t, b, u), valid ? newH : before[u]);
                    y.set(s.row(t, b, u), valid ? newH : 0);
                }
            }
        }
    }

    private static void gruBackward(Launch launch, Parameters p, int rows, boolean cluster) {
        Piece xs = p.pointer();
        Piece hs = p.pointer();
        Piece h = p.pointer();
        Piece dy = p.pointer();
        Piece dh = p.pointer();
        Piece w = p.pointer();
        Sequence s = Sequence.read(p, launch, rows, cluster, new Shape(4, 32, 1, 3, 1, 0));
        Piece[] o = second(p, launch, 4);
        gruBackward(s, xs, hs, h, dy, dh, w);
        if (o != null) {
            gruBackward(s.second(), o[0], o[1], o[2], dy, dh, o[3]);
        }
    }

    private static void gruBackward(Sequence s, Piece xs, Piece hs, Piece h, Piece dy, Piece dh, Piece w) {
        int hidden = s.hidden;
        for (int b = 0; b < s.batch; b++) {
            for (int n = 0; n < s.steps; n++) {
                int t = s.time(n, false);
                boolean valid = t < s.lengths.getInt(b);
                float[] ds = new float[3 * hidden];
                for (int u = 0; u < hidden; u++) {
                    long x = s.gate(3, t, b, u);
                    float reset = xs.get(x);
                    float update = xs.get(x + hidden);
                    float candidate = xs.get(x + 2L * hidden);
                    long carried = s.carried(b, u);
                    float newDh = dh.get(carried) + (dy == null || !valid ? 0 : dy.get(s.row(t, b, u)));
                    float dn = newDh * (1 - update) * (1 - candidate * candidate);
                    ds[u] = valid ? dn * hs.get(x + 2L * hidden) * (reset * (1 - reset)) : 0;
                    ds[hidden + u] = valid ? newDh * (h.get(s.before(t, b, u)) - candidate) * (update * (1 - update)) : 0;
                    ds[2 * hidden + u] = valid ? dn * reset : 0;
                    xs.set(x, ds[u]);
                    xs.set(x + hidden, ds[hidden + u]);
                    xs.set(x + 2L * hidden, valid ? dn : 0);
                    dh.set(carried, valid ? newDh * update : newDh);
                }
                for (int k = 0; k < ds.length; k++) {
                    hs.set(s.gate(3, t, b, k), ds[k]);
                }
                for (int u = 0; u < hidden && valid; u++) {
                    long carried = s.carried(b, u);
                    dh.set(carried, dh.get(carried) + sum(ds, w, u, hidden, 32, s.shares));
                }
            }
        }
    }

    private static void rnnForward(Launch launch, Parameters p, int rows) {
        Piece gates = p.pointer();
        Piece h = p.pointer();
        Piece y = p.pointer();
        Piece w = p.pointer();
        Sequence s = Sequence.read(p, launch, rows, false, new Shape(4, 32, 1, 1, 1, 0));
        boolean relu = p.flag();
        Piece[] o = second(p, launch, 3);
        rnnForward(s, gates, h, y, w, relu);
        if (o != null) {
            rnnForward(s.second(), o[0], o[1], y, o[2], relu);
        }
    }

    private static void rnnForward(Sequence s, Piece gates, Piece h, Piece y, Piece w, boolean relu) {
        int hidden = s.hidden;
        for (int b = 0; b < s.batch; b++) {
            for (int n = 0; n < s.steps; n++) {
                int t = s.time(n, true);
                boolean valid = t < s.lengths.getInt(b);
                float[] before = new float[hidden];
                for (int u = 0; u < hidden; u++) {
                    before[u] = h.get(s.before(t, b, u));
                }
                for (int u = 0; u < hidden; u++) {
                    float z = gates.get(s.gate(1, t, b, u)) + sum(before, w, (long) u * hidden, 1, 32, s.shares);
                    float newH = relu ? Math.max(0, z) : StepModels.tanh(z);
                    h.set(s.after(t, b, u), valid ? newH : before[u]);
                    y.set(s.row(t, b, u), valid ? newH : 0);
                }
            }
        }
    }

    private static void rnnBackward(Launch launch, Parameters p, int rows) {
        Piece gates = p.pointer();
        Piece h = p.pointer();
        Piece dy = p.pointer();
        Piece dh = p.pointer();
        Piece w = p.pointer();
        Sequence s = Sequence.read(p, launch, rows, false, new Shape(4, 32, 1, 1, 1, 0));
        boolean relu = p.flag();
        Piece[] o = second(p, launch, 3);
        rnnBackward(s, gates, h, dy, dh, w, relu);
        if (o != null) {
            rnnBackward(s.second(), o[0], o[1], dy, dh, o[2], relu);
        }
    }

    private static void rnnBackward(Sequence s, Piece gates, Piece h, Piece dy, Piece dh, Piece w, boolean relu) {
        int hidden = s.hidden;
        for (int b = 0; b < s.batch; b++) {
            for (int n = 0; n < s.steps; n++) {
                int t = s.time(n, false);
                boolean valid = t < s.lengths.getInt(b);
                float[] dz = new float[hidden];
                for (int u = 0; u < hidden; u++) {
                    float newH = h.get(s.after(t, b, u));
                    float newDh = dh.get(s.carried(b, u)) + (dy == null ? 0 : dy.get(s.row(t, b, u)));
                    dz[u] = valid ? newDh * (relu ? newH > 0 ? 1 : 0 : 1 - newH * newH) : 0;
                    gates.set(s.gate(1, t, b, u), dz[u]);
                }
                for (int u = 0; u < hidden && valid; u++) {
                    dh.set(s.carried(b, u), sum(dz, w, u, hidden, 32, s.shares));
                }
            }
        }
    }
}
