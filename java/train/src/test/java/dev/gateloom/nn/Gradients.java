package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Holds a layer's backward against central differences of its forward. */
final class Gradients {

    private Gradients() {
    }

    static Tensor random(SplittableRandom random, int... shape) {
        Tensor t = new Tensor(shape);
        for (int i = 0; i < t.size(); i++) {
            t.values()[i] = (float) (2 * random.nextDouble() - 1);
        }
        return t;
    }

    /** A layer with one input and one output. */
    static void check(Layer layer, Tensor x, SplittableRandom random, double step, double tolerance) {
        check(layer, new Tensor[] {x}, 1, random, step, tolerance, 0);
    }

    /**
     * The loss is the sum over all outputs of y·dy with random dy. Outputs are floats: with step h the difference quotient has
     * an error of about 2⁻²⁴·|L|/h from rounding and of h² from curvature; the tolerance allows for both.
     *
     * @param firstInput inputs before it have no gradient: they hold ids
     */
    static void check(Layer layer, Tensor[] x, int outputs, SplittableRandom random, double step, double tolerance,
            int firstInput) {
        Tensor[] y = forward(layer, x, outputs);
        Tensor[] dy = new Tensor[outputs];
        for (int k = 0; k < outputs; k++) {
            int[] shape = new int[y[k].rank()];
            Arrays.setAll(shape, y[k]::dim);
            dy[k] = random(random, shape);
        }
        Tensor[] dx = tensors(x.length);
        layer.clearGradients();
        for (Trainable t : layer.parameters()) {
            Arrays.fill(t.gradients(), t.offset(), t.end(), 0.5f);       // backward adds
        }
        layer.backward(dy, dx);
        for (Trainable t : layer.parameters()) {
            for (int i = t.offset(); i < t.end(); i++) {
                double expected = slope(layer, x, dy, t.values(), i, t.changed(), step);
                assertEquals(expected, t.gradients()[i] - 0.5, tolerance, t.name() + "[" + (i - t.offset()) + "]");
            }
        }
        for (int k = firstInput; k < x.length; k++) {
            assertEquals(x[k].toString(), dx[k].toString(), "shape of the gradient of input " + k);
            for (int i = 0; i < x[k].size(); i++) {
                assertEquals(slope(layer, x, dy, x[k].values(), i, () -> { }, step), dx[k].values()[i], tolerance,
                        "x[" + k + "][" + i + "]");
            }
        }
    }

    static Tensor[] tensors(int count) {
        Tensor[] tensors = new Tensor[count];
        for (int k = 0; k < count; k++) {
            tensors[k] = new Tensor();
        }
        return tensors;
    }

    /** In training, so that dropout is on; always with the same masks and from the same state. */
    private static Tensor[] forward(Layer layer, Tensor[] x, int outputs) {
        Tensor[] y = tensors(outputs);
        layer.resetStates();
        layer.draws(7);
        layer.forward(x, y, true);
        return y;
    }

    private static double slope(Layer layer, Tensor[] x, Tensor[] dy, float[] at, int i, Runnable changed, double step) {
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

    private static double loss(Layer layer, Tensor[] x, Tensor[] dy) {
        Tensor[] y = forward(layer, x, dy.length);
        double sum = 0;
        for (int k = 0; k < dy.length; k++) {
            for (int i = 0; i < y[k].size(); i++) {
                sum += (double) y[k].values()[i] * dy[k].values()[i];
            }
        }
        return sum;
    }
}
