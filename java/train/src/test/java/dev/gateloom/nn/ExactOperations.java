package dev.gateloom.nn;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntUnaryOperator;

/** The definitions of {@link Operations} in plain loops and double precision. Nothing here is shared with an implementation. */
final class ExactOperations {

    private ExactOperations() {
    }

    static double[] gemm(boolean ta, boolean tb, int m, int n, int k, double[] a, int ao, double[] b, int bo, double[] c, int co) {
        double[] result = c.clone();
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                for (int l = 0; l < k; l++) {
                    result[co + i * n + j] += a[ao + (ta ? l * m + i : i * k + l)] * b[bo + (tb ? j * k + l : l * n + j)];
                }
            }
        }
        return result;
    }

    static double[] activation(double[] z, int features, Activation f) {
        double[] y = new double[z.length];
        for (int i = 0; i < z.length; i++) {
            int start = i - i % features;
            y[i] = switch (f) {
                case LINEAR -> z[i];
                case RELU -> Math.max(0, z[i]);
                case TANH -> Math.tanh(z[i]);
                case SIGMOID -> 1 / (1 + Math.exp(-z[i]));
                case SOFTMAX -> Math.exp(z[i]) / Arrays.stream(z, start, start + features).map(Math::exp).sum();
            };
        }
        return y;
    }

    /** From the result y of the activation. */
    static double[] activationGradient(double[] y, double[] dy, int features, Activation f) {
        double[] dz = new double[y.length];
        for (int i = 0; i < y.length; i++) {
            double dot = 0;
            for (int j = i - i % features; j < i - i % features + features; j++) {
                dot += y[j] * dy[j];
            }
            dz[i] = switch (f) {
                case LINEAR -> dy[i];
                case RELU -> y[i] > 0 ? dy[i] : 0;
                case TANH -> dy[i] * (1 - y[i] * y[i]);
                case SIGMOID -> dy[i] * y[i] * (1 - y[i]);
                case SOFTMAX -> y[i] * (dy[i] - dot);
            };
        }
        return dz;
    }

    /** {@code to[i % to.length] += from[i]}: each value's row is added. */
    static double[] addRows(double[] from, double[] to) {
        double[] sum = to.clone();
        for (int i = 0; i < from.length; i++) {
            sum[i % sum.length] += from[i];
        }
        return sum;
    }

    static double[] embeddingGradient(double[] ids, double[] dy, double[] dTable, int width) {
        double[] sum = dTable.clone();
        for (int i = 0; i < dy.length; i++) {
            sum[(int) ids[i / width] * width + i % width] += dy[i];
        }
        return sum;
    }

    static double[] elementwise(double[] a, double[] b, DoubleBinaryOperator f) {
        double[] result = new double[a.length];
        Arrays.setAll(result, i -> f.applyAsDouble(a[i], b[i]));
        return result;
    }

    /** Visits every value under every window of every sample. */
    interface Visit {
        /**
         * One of them.
         *
         * @param window number of the window among those of all samples
         * @param tap its place in the window
         * @param value its place among those of all samples, without channels; -1 outside
         */
        void at(int window, int tap, int value);
    }

    static void windows(Window w, int batch, Visit visit) {
        int[] o = new int[3];
        int[] k = new int[3];
        for (int window = 0; window < batch * w.positions(); window++) {
            unravel(window % w.positions(), w::out, o);
            for (int tap = 0; tap < w.taps(); tap++) {
                unravel(tap, w::kernel, k);
                int value = window / w.positions();
                boolean inside = true;
                for (int axis = 0; axis < 3; axis++) {
                    int p = o[axis] * w.stride(axis) + k[axis] - w.before(axis);
                    inside &= p >= 0 && p < w.in(axis);
                    value = value * w.in(axis) + p;
                }
                visit.at(window, tap, inside ? value : -1);
            }
        }
    }

    private static void unravel(int index, IntUnaryOperator size, int[] to) {
        for (int axis = 2; axis >= 0; axis--) {
            to[axis] = index % size.applyAsInt(axis);
            index /= size.applyAsInt(axis);
        }
    }

    /** Normalised rows, and the scale of each. */
    static double[][] normalise(double[] x, int n, double eps) {
        double[] normal = new double[x.length];
        double[] scale = new double[x.length / n];
        for (int row = 0; row < scale.length; row++) {
            double mean = Arrays.stream(x, row * n, row * n + n).average().orElseThrow();
            double variance = Arrays.stream(x, row * n, row * n + n).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
            scale[row] = 1 / Math.sqrt(variance + eps);
            for (int i = row * n; i < row * n + n; i++) {
                normal[i] = (x[i] - mean) * scale[row];
            }
        }
        return new double[][] {normal, scale};
    }
}
