package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Holds a layer's backward against central differences of its forward. */
final class Gradients {

    private Gradients() {
    }

    static Tensor random(SplittableRandom random, int steps, int batch, int features) {
        Tensor t = new Tensor(steps, batch, features);
        for (int i = 0; i < t.size(); i++) {
            t.values()[i] = (float) (2 * random.nextDouble() - 1);
        }
        return t;
    }

    /**
     * The loss is sum(y·dy) with random dy. Outputs are floats: with step h the difference quotient has an error of
     * about 2⁻²⁴·|L|/h from rounding and of h² from curvature; the tolerance allows for both.
     */
    static void check(Layer layer, Tensor x, SplittableRandom random, double step, double tolerance) {
        Tensor y = new Tensor();
        layer.forward(x, y, true);
        Tensor dy = random(random, y.steps(), y.batch(), y.features());
        Tensor dx = new Tensor();
        for (Trainable t : layer.parameters()) {
            Arrays.fill(t.gradients(), 0.5f);       // backward adds
        }
        layer.backward(dy, dx);
        for (Trainable t : layer.parameters()) {
            for (int i = 0; i < t.values().length; i++) {
                double expected = slope(layer, x, dy, t.values(), i, t.changed(), step);
                assertEquals(expected, t.gradients()[i] - 0.5, tolerance, t.name() + "[" + i + "]");
            }
        }
        for (int i = 0; i < x.size(); i++) {
            assertEquals(slope(layer, x, dy, x.values(), i, () -> { }, step), dx.values()[i], tolerance,
                    "x[" + i + "]");
        }
    }

    private static double slope(Layer layer, Tensor x, Tensor dy, float[] at, int i, Runnable changed, double step) {
        float keep = at[i];
        at[i] = (float) (keep + step);
        double up = at[i];
        changed.run();
        double above = loss(layer, x, dy);
        at[i] = (float) (keep - step);
        double down = at[i];
        changed.run();
        double below = loss(layer, x, dy);
        at[i] = keep;
        changed.run();
        return (above - below) / (up - down);
    }

    private static double loss(Layer layer, Tensor x, Tensor dy) {
        Tensor y = new Tensor();
        layer.forward(x, y, false);
        double sum = 0;
        for (int i = 0; i < y.size(); i++) {
            sum += (double) y.values()[i] * dy.values()[i];
        }
        return sum;
    }
}
