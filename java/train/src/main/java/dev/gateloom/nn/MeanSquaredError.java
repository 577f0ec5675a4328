package dev.gateloom.nn;

/** {@code L = mean((y - target)²)} over all elements. */
public final class MeanSquaredError extends ElementwiseLoss {

    /** Stateless. */
    public MeanSquaredError() {
    }

    @Override
    double value(double y, double target) {
        return (y - target) * (y - target);
    }

    @Override
    double slope(double y, double target) {
        return 2 * (y - target);
    }

    /** Written out, since a sequence of outputs may be as large as a recurrent layer: slopes as vectors, the sum in two parts. */
    @Override
    double step(float[] y, float[] target, int from, int to, long counted, float[] dy) {
        if (dy != null) {
            slopes(y, target, from, to, (float) (2.0 / counted), dy);
        }
        double even = 0;
        double odd = 0;
        int i = from;
        for (; i < to - 1; i += 2) {
            even += value(y[i], target[i]);
            odd += value(y[i + 1], target[i + 1]);
        }
        return i < to ? even + odd + value(y[i], target[i]) : even + odd;
    }

    private static void slopes(float[] y, float[] target, int from, int to, float factor, float[] dy) {
        for (int i = from; i < to; i++) {
            dy[i] = (y[i] - target[i]) * factor;
        }
    }
}
