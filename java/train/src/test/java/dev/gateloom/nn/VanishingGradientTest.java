package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class VanishingGradientTest {
    private static final double LAMBDA = 0.7;

    private static SimpleRnn rnn(RnnEngine engine, int units, int steps, boolean sequences, double lambda) {
        SimpleRnn rnn = new SimpleRnn(units).vanishingGradientPenalty(lambda);
        rnn.returnSequences(sequences).build(Setup.of(engine, 3), new int[] {steps, 2});
        return rnn;
    }

    private static float[] gradient(SimpleRnn rnn, Tensor x, Tensor... dy) {
        Tensor[] y = Gradients.tensors(dy.length);
        rnn.clearGradients();
        rnn.forward(new Tensor[] {x}, y, true);
        rnn.backward(dy, new Tensor[1]);
        Trainable w = rnn.parameters().get(1);
        float[] g = new float[w.size()];
        System.arraycopy(w.gradients(), w.offset(), g, 0, g.length);
        return g;
    }

    /** With one unit δ cancels: each term is (|w| f'(t) - 1)². */
    @Test
    void ofOneUnitByHand() {
        try (RnnEngine engine = Engines.get("reference")) {
            Tensor x = Gradients.random(new SplittableRandom(1), 1, 3, 2);
            SimpleRnn with = rnn(engine, 1, 3, false, LAMBDA);
            SimpleRnn all = rnn(engine, 1, 3, true, 0);
            Tensor h = Plain.forward(all, x);
            Trainable weight = with.parameters().get(1);
            double w = weight.values()[weight.offset()];
            double omega = 0;
            double slope = 0;
            for (int t = 0; t < 2; t++) {
                double s = 1 - (double) h.values()[t] * h.values()[t];
                omega += (Math.abs(w) * s - 1) * (Math.abs(w) * s - 1);
                slope += 2 * (Math.abs(w) * s - 1) * s * Math.signum(w);
            }
            Tensor dy = new Tensor(1, 1).fill(0.3f);
            double more = gradient(with, x, dy)[0] - gradient(rnn(engine, 1, 3, false, 0), x, dy)[0];
            assertEquals(LAMBDA * slope, more, 1e-6);
            assertEquals(LAMBDA * omega, with.lastPenalty(), 1e-6);
        }
    }

    /** Two steps: one term for each sample, whose δ is dy ⊙ f'; differences with δ and f' held. */
    @Test
    void ofSeveralUnitsAgainstDifferences() {
        int units = 3;
        int batch = 2;
        SplittableRandom random = new SplittableRandom(2);
        try (RnnEngine engine = Engines.get("reference")) {
            Tensor x = Gradients.random(random, batch, 2, 2);
            Tensor dy = Gradients.random(random, batch, 2, units);
            SimpleRnn with = rnn(engine, units, 2, true, LAMBDA);
            Tensor h = Plain.forward(with, x);
            float[] plain = gradient(rnn(engine, units, 2, true, 0), x, dy);
            float[] more = gradient(with, x, dy);
            Trainable weight = with.parameters().get(1);
            double[] w = new double[units * units];
            for (int i = 0; i < w.length; i++) {
                w[i] = weight.values()[weight.offset() + i];
            }
            assertEquals(omega(w, h, dy), with.lastPenalty(), 1e-6);
            for (int i = 0; i < w.length; i++) {
                double keep = w[i];
                w[i] = keep + 1e-5;
                double above = omega(w, h, dy);
                w[i] = keep - 1e-5;
                double below = omega(w, h, dy);
                w[i] = keep;
                assertEquals((above - below) / 2e-5, more[i] - plain[i], 1e-6, "weight " + i);
            }
        }
    }

    private static double omega(double[] w, Tensor h, Tensor dy) {
        int units = h.features();
        double omega = 0;
        for (int b = 0; b < h.batch(); b++) {
            double before = 0;
            double after = 0;
            for (int j = 0; j < units; j++) {
                double back = 0;
                for (int i = 0; i < units; i++) {
                    back += w[i * units + j] * delta(h, dy, b, i);
                }
                float state = h.values()[h.index(b, 0, j)];
                after += Math.pow(back * (1 - state * state), 2);
                before += Math.pow(delta(h, dy, b, j), 2);
            }
            omega += LAMBDA * Math.pow(Math.sqrt(after / before) - 1, 2) / h.batch();
        }
        return omega;
    }

    private static double delta(Tensor h, Tensor dy, int b, int i) {
        float state = h.values()[h.index(b, 1, i)];
        return dy.values()[dy.index(b, 1, i)] * (1 - (double) state * state);
    }

    /** The last state is the last output: a gradient that comes through it counts as much, in whole or in part. */
    @Test
    void ofGradientsThroughTheState() {
        try (RnnEngine engine = Engines.get("reference")) {
            Tensor x = Gradients.random(new SplittableRandom(1), 2, 5, 2);
            Tensor dy = Gradients.random(new SplittableRandom(2), 2, 3);
            Tensor half = new Tensor(2, 3);
            for (int i = 0; i < half.size(); i++) {
                half.values()[i] = dy.values()[i] / 2;
            }
            SimpleRnn output = rnn(engine, 3, 5, false, LAMBDA);
            float[] expected = gradient(output, x, dy);
            for (Tensor[] parts : new Tensor[][] {{dy, null}, {null, dy}, {half, half}}) {
                SimpleRnn state = new SimpleRnn(3).vanishingGradientPenalty(LAMBDA);
                state.returnState(true).build(Setup.of(engine, 3), new int[] {5, 2});
                assertArrayEquals(expected, gradient(state, x, parts), 1e-7f);
                assertEquals(output.lastPenalty(), state.lastPenalty(), 1e-9);
            }
        }
    }

    @Test
    void refusesWhatItIsNotFor() {
        try (RnnEngine engine = Engines.get("reference")) {
            SimpleRnn rnn = rnn(engine, 2, 3, false, LAMBDA);
            Tensor x = new Tensor(1, 3, 2).mask(new boolean[] {true, true, false});
            assertThrows(IllegalArgumentException.class, () -> gradient(rnn, x, new Tensor(1, 2)));
        }
    }
}
