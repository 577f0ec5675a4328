package dev.gateloom.cuda.jcuda;

import static dev.gateloom.cuda.jcuda.Refusal.unless;

import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnState;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.reference.ReferenceEngine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The passes of a played cuDNN: the reference engine computes them, from inputs and weights as {@link FakeRnn#factors} has them. What a backward has to find as forward left it, it finds, or
 * the call is refused: inputs, output, weights and reserve.
 */
final class FakePasses {
    private static final int NAN = 0x7fc0dead;
    private static final int LSTM = 2;

    private final Map<Long, Pending> pending = new HashMap<>();     // by the number that forward leaves in the reserve
    private long forwards;

    /** Addresses of rows and of the two states; 0 for none. */
    record Inputs(long rows, long h, long c) {
    }

    /** A training forward. */
    private static final class Pending {
        private FakeRnn rnn;
        private RnnPlan plan;
        private float[] space;                  // weights
        private RnnWeights weights;             // as products read them
        private RnnWeights gradients;           // null before backward data
        private int[] lengths;
        private float[] x;
        private float[] y;
        private float[] h;
        private float[] c;
    }

    static long workBytes(FakeRnn rnn, FakeCudnn.Sequences x) {
        return Float.BYTES * (5L + (long) x.steps * x.batch * rnn.hiddenSize);
    }

    static long reserveBytes(FakeRnn rnn, FakeCudnn.Sequences x, boolean training) {
        return training ? Float.BYTES * (4L + (long) x.steps * x.batch * rnn.layers * rnn.directions * rnn.hiddenSize) : 0;
    }

    void forward(FakeNumbers numbers, FakeRnn rnn, boolean training, FakeCudnn.Sequences x, FakeCudnn.Sequences y, Inputs in,
            long weightSpace, long yAt, long hyAt, long cyAt, long work, long reserve) {
        Pending p = new Pending();
        RnnConfig config = rnn.config();
        p.rnn = rnn;
        p.lengths = x.lengths.clone();
        p.space = numbers.read(weightSpace, rnn.size());
        p.weights = rnn.weights(rnn.factors(p.space));
        p.x = numbers.read(in.rows, x.size());
        p.h = numbers.read(in.h, states(rnn, x, rnn.outputSize));
        p.c = rnn.cell == LSTM ? numbers.read(in.c, states(rnn, x, rnn.hiddenSize)) : null;
        p.plan = new ReferenceEngine().plan(config, Shape.of(x.steps, x.batch), training ? Mode.TRAINING : Mode.INFERENCE);
        p.y = new float[y.size()];
        RnnState last = RnnState.zeros(config, x.batch);
        p.plan.forward(p.weights, rnn.factors(p.x), RnnState.of(p.h, p.c), x.lengths, p.y, last);
        pad(p.y, y, y.padding);
        for (int i = 0; i < p.y.length; i++) {
            p.y[i] = numbers.round(p.y[i]);
        }
        numbers.write(yAt, p.y);
        write(numbers, hyAt, last.h());
        write(numbers, cyAt, last.c());
        scribble(numbers, work, workBytes(rnn, x));
        if (training) {
            scribble(numbers, reserve, reserveBytes(rnn, x, true));
            numbers.writeBytes(reserve, ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(0, ++forwards));
            pending.put(forwards, p);
        }
    }

    void backwardData(FakeNumbers numbers, FakeRnn rnn, FakeCudnn.Sequences x, long hxAt, long cxAt, long weightSpace, long yAt,
            Inputs upstream, Inputs results, long work, long reserve) {
        Pending p = pending(numbers, rnn, x, reserve);
        unless(p.gradients == null, FakeCudnn.BAD_PARAM, "backward data twice for one forward");
        same("y", p.y, numbers.read(yAt, p.y.length));
        same("hx", p.h, numbers.read(hxAt, p.h.length));
        if (rnn.cell == LSTM) {
            same("cx", p.c, numbers.read(cxAt, p.c.length));
        }
        same("the weights", rnn.weights(p.space).data(), rnn.weights(numbers.read(weightSpace, rnn.size())).data());
        p.gradients = RnnWeights.zeros(rnn.config());
        float[] dy = numbers.read(upstream.rows, p.y.length);
        float[] dh = numbers.read(upstream.h, p.h.length);
        float[] dc = rnn.cell == LSTM ? numbers.read(upstream.c, p.c.length) : null;
        float[] dx = new float[p.x.length];
        RnnState first = RnnState.zeros(rnn.config(), x.batch);
        p.plan.backward(p.weights, dy, RnnState.of(dh, dc), dx, first, p.gradients);
        pad(dx, x, Float.NaN);
        numbers.write(results.rows, dx);
        write(numbers, results.h, first.h());
        write(numbers, results.c, first.c());
        scribble(numbers, work, workBytes(rnn, x));
    }

    void backwardWeights(FakeNumbers numbers, FakeRnn rnn, FakeCudnn.Sequences x, Inputs in, long yAt, long space, long work,
            long reserve) {
        Pending p = pending(numbers, rnn, x, reserve);
        unless(p.gradients != null, FakeCudnn.BAD_PARAM, "backward weights before backward data");
        same("x", p.x, numbers.read(in.rows, p.x.length));
        same("y", p.y, numbers.read(yAt, p.y.length));
        same("hx", p.h, numbers.read(in.h, p.h.length));
        float[] sums = numbers.read(space, rnn.size());
        rnn.add(p.gradients, sums);
        numbers.write(space, sums);
        scribble(numbers, work, workBytes(rnn, x));
        pending.values().remove(p);
    }

    private Pending pending(FakeNumbers numbers, FakeRnn rnn, FakeCudnn.Sequences x, long reserve) {
        Pending p = pending.get(numbers.readBytes(reserve, Long.BYTES).getLong(0));
        unless(p != null, FakeCudnn.BAD_PARAM, "a reserve that no training forward filled, or that was used up");
        unless(p.rnn == rnn && Arrays.equals(p.lengths, x.lengths), FakeCudnn.BAD_PARAM, "a reserve of other sequences");
        return p;
    }

    private static int states(FakeRnn rnn, FakeCudnn.Sequences x, int width) {
        return rnn.layers * rnn.directions * x.batch * width;
    }

    private static void pad(float[] rows, FakeCudnn.Sequences like, float value) {
        for (int t = 0; t < like.steps; t++) {
            for (int b = 0; b < like.batch; b++) {
                if (t >= like.lengths[b]) {
                    int row = (t * like.batch + b) * like.width;
                    Arrays.fill(rows, row, row + like.width, value);
                }
            }
        }
    }

    private static void write(FakeNumbers numbers, long address, float[] values) {
        if (address != 0 && values != null) {
            numbers.write(address, values);
        }
    }

    /** What nobody may rely on. */
    private static void scribble(FakeNumbers numbers, long address, long bytes) {
        ByteBuffer words = ByteBuffer.allocate((int) bytes).order(ByteOrder.nativeOrder());
        while (words.hasRemaining()) {
            words.putInt(NAN);
        }
        numbers.writeBytes(address, words.flip());
    }

    private static void same(String what, float[] expected, float[] actual) {
        unless(Arrays.equals(expected, actual), FakeCudnn.BAD_PARAM, what + " changed since forward");
    }
}
