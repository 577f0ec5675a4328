package dev.gateloom.cuda.model;

import dev.gateloom.Precision;
import java.util.List;

/**
 * What the sequence kernels in 16 bits must leave, step by step in double precision. Each step starts from what the kernel itself
 * left at the step before: else a state in the middle between two numbers of the format, rounded to the other one, would make all
 * that follows incomparable. Tensors are those of the launch, in its order.
 *
 * @param ldy from row to row of y or dy
 * @param reverse whether time runs backward
 * @param scale of gradients when they are rounded
 */
public record SequenceSteps(Precision precision, int steps, int batch, int hidden, int ldy, int[] lengths, boolean reverse,
        float scale) {

    /** Gates, c, h, y, W_hh. */
    public List<float[]> lstmForward(List<float[]> before, List<float[]> after, boolean keep) {
        List<float[]> expected = before.stream().map(float[]::clone).toList();
        float[] weights = rounded(before.get(4));
        for (int t = 0; t < steps; t++) {
            for (int b = 0; b < batch; b++) {
                boolean valid = t < lengths[b];
                float[] state = row(after.get(2), slotBefore(t), b, 1, 1);
                for (int u = 0; u < hidden; u++) {
                    double[] z = new double[4];
                    for (int gate = 0; gate < 4; gate++) {
                        z[gate] = before.get(0)[gate(4, t, b, gate, u)] + product(weights, gate * hidden + u, state);
                    }
                    double i = sigmoid(z[0]);
                    double f = sigmoid(z[1]);
                    double g = Math.tanh(z[2]);
                    double o = sigmoid(z[3]);
                    float oldC = after.get(1)[state(slotBefore(t), b, u)];
                    double newC = f * oldC + i * g;
                    double newH = o * Math.tanh(newC);
                    if (keep) {
                        double[] kept = {i, f, g, o};
                        for (int gate = 0; gate < 4; gate++) {
                            expected.get(0)[gate(4, t, b, gate, u)] = valid ? (float) kept[gate] : 0;
                        }
                    }
                    expected.get(1)[state(slotAfter(t), b, u)] = valid ? (float) newC : oldC;
                    expected.get(2)[state(slotAfter(t), b, u)] = valid ? (float) newH : after.get(2)[state(slotBefore(t), b, u)];
                    expected.get(3)[output(t, b, u)] = valid ? (float) newH : 0;
                }
            }
        }
        return expected;
    }

    /** xs, hs, h, y, W_hh, and maybe b_hh. */
    public List<float[]> gruForward(List<float[]> before, List<float[]> after, boolean keep) {
        List<float[]> expected = before.stream().map(float[]::clone).toList();
        float[] weights = rounded(before.get(4));
        for (int t = 0; t < steps; t++) {
            for (int b = 0; b < batch; b++) {
                boolean valid = t < lengths[b];
                float[] state = row(after.get(2), slotBefore(t), b, 1, 1);
                for (int u = 0; u < hidden; u++) {
                    double[] s = new double[3];
                    for (int gate = 0; gate < 3; gate++) {
                        s[gate] = product(weights, gate * hidden + u, state)
                                + (before.size() > 5 ? before.get(5)[gate * hidden + u] : 0);
                    }
                    double r = sigmoid(before.get(0)[gate(3, t, b, 0, u)] + s[0]);
                    double z = sigmoid(before.get(0)[gate(3, t, b, 1, u)] + s[1]);
                    double n = Math.tanh(before.get(0)[gate(3, t, b, 2, u)] + r * s[2]);
                    float oldH = after.get(2)[state(slotBefore(t), b, u)];
                    double newH = n + z * (oldH - n);
                    if (keep) {
                        double[] kept = {r, z, n};
                        for (int gate = 0; gate < 3; gate++) {
                            expected.get(0)[gate(3, t, b, gate, u)] = valid ? (float) kept[gate] : 0;
                        }
                        expected.get(1)[gate(3, t, b, 2, u)] = valid ? (float) s[2] : 0;
                    }
                    expected.get(2)[state(slotAfter(t), b, u)] = valid ? (float) newH : oldH;
                    expected.get(3)[output(t, b, u)] = valid ? (float) newH : 0;
                }
            }
        }
        return expected;
    }

    /** Gates, c, dh, dc, W_hh, and maybe dy. */
    public List<float[]> lstmBackward(List<float[]> before, List<float[]> after) {
        List<float[]> expected = before.stream().map(float[]::clone).toList();
        float[] weights = rounded(before.get(4));
        float[] c = before.get(1);
        for (int b = 0; b < batch; b++) {
            double[] dh = carried(before.get(2), b);
            double[] dc = carried(before.get(3), b);
            for (int n = 0; n < steps; n++) {
                int t = reverse ? n : steps - 1 - n;
                if (t >= lengths[b]) {
                    continue;
                }
                for (int u = 0; u < hidden; u++) {
                    double i = before.get(0)[gate(4, t, b, 0, u)];
                    double f = before.get(0)[gate(4, t, b, 1, u)];
                    double g = before.get(0)[gate(4, t, b, 2, u)];
                    double o = before.get(0)[gate(4, t, b, 3, u)];
                    double tanhC = Math.tanh(c[state(slotAfter(t), b, u)]);
                    double newDh = dh[u] + (before.size() > 5 ? before.get(5)[output(t, b, u)] : 0);
                    double newDc = dc[u] + newDh * o * (1 - tanhC * tanhC);
                    double[] dz = {newDc * g * i * (1 - i), newDc * c[state(slotBefore(t), b, u)] * f * (1 - f),
                        newDc * i * (1 - g * g), newDh * tanhC * o * (1 - o)};
                    for (int gate = 0; gate < 4; gate++) {
                        expected.get(0)[gate(4, t, b, gate, u)] = (float) dz[gate];
                    }
                    dc[u] = newDc * f;
                }
                back(weights, row(after.get(0), t, b, 4, scale), dh);
            }
            store(dh, expected.get(2), b);
            store(dc, expected.get(3), b);
        }
        return expected;
    }

    /** xs, hs, h, dh, W_hh, and maybe dy. */
    public List<float[]> gruBackward(List<float[]> before, List<float[]> after) {
        List<float[]> expected = before.stream().map(float[]::clone).toList();
        float[] weights = rounded(before.get(4));
        for (int b = 0; b < batch; b++) {
            double[] dh = carried(before.get(3), b);
            for (int k = 0; k < steps; k++) {
                int t = reverse ? k : steps - 1 - k;
                boolean valid = t < lengths[b];
                double[] direct = new double[hidden];
                for (int u = 0; u < hidden; u++) {
                    double r = before.get(0)[gate(3, t, b, 0, u)];
                    double z = before.get(0)[gate(3, t, b, 1, u)];
                    double n = before.get(0)[gate(3, t, b, 2, u)];
                    double newDh = dh[u] + (before.size() > 5 ? before.get(5)[output(t, b, u)] : 0);
                    double dn = newDh * (1 - z) * (1 - n * n);
                    double[] d = {dn * before.get(1)[gate(3, t, b, 2, u)] * r * (1 - r),
                        newDh * (before.get(2)[state(slotBefore(t), b, u)] - n) * z * (1 - z), dn * r};
                    for (int gate = 0; gate < 3; gate++) {
                        expected.get(0)[gate(3, t, b, gate, u)] = valid ? (float) (gate == 2 ? dn : d[gate]) : 0;
                        expected.get(1)[gate(3, t, b, gate, u)] = valid ? (float) d[gate] : 0;
                    }
                    direct[u] = newDh * z;
                }
                if (valid) {
                    back(weights, row(after.get(1), t, b, 3, scale), dh);
                    for (int u = 0; u < hidden; u++) {
                        dh[u] += direct[u];
                    }
                }
            }
            store(dh, expected.get(3), b);
        }
        return expected;
    }

    /** Products with the input, h, y, W_hh. */
    public List<float[]> rnnForward(List<float[]> before, List<float[]> after, boolean relu) {
        List<float[]> expected = before.stream().map(float[]::clone).toList();
        float[] weights = rounded(before.get(3));
        for (int t = 0; t < steps; t++) {
            for (int b = 0; b < batch; b++) {
                boolean valid = t < lengths[b];
                float[] state = row(after.get(1), slotBefore(t), b, 1, 1);
                for (int u = 0; u < hidden; u++) {
                    double z = before.get(0)[gate(1, t, b, 0, u)] + product(weights, u, state);
                    double newH = relu ? Math.max(0, z) : Math.tanh(z);
                    expected.get(1)[state(slotAfter(t), b, u)] = valid ? (float) newH : after.get(1)[state(slotBefore(t), b, u)];
                    expected.get(2)[output(t, b, u)] = valid ? (float) newH : 0;
                }
            }
        }
        return expected;
    }

    /** Gradient of the products, h, dh, W_hh, and maybe dy. */
    public List<float[]> rnnBackward(List<float[]> before, List<float[]> after, boolean relu) {
        List<float[]> expected = before.stream().map(float[]::clone).toList();
        float[] weights = rounded(before.get(3));
        for (int b = 0; b < batch; b++) {
            double[] dh = carried(before.get(2), b);
            for (int n = 0; n < steps; n++) {
                int t = reverse ? n : steps - 1 - n;
                boolean valid = t < lengths[b];
                for (int u = 0; u < hidden; u++) {
                    double h = before.get(1)[state(slotAfter(t), b, u)];
                    double newDh = dh[u] + (before.size() > 4 ? before.get(4)[output(t, b, u)] : 0);
                    double slope = relu ? h > 0 ? 1 : 0 : 1 - h * h;
                    expected.get(0)[gate(1, t, b, 0, u)] = valid ? (float) (newDh * slope) : 0;
                }
                if (valid) {
                    back(weights, row(after.get(0), t, b, 1, scale), dh);
                }
            }
            store(dh, expected.get(2), b);
        }
        return expected;
    }

    private int slotBefore(int t) {
        return reverse ? t + 1 : t;
    }

    private int slotAfter(int t) {
        return reverse ? t : t + 1;
    }

    private int state(int slot, int b, int u) {
        return (slot * batch + b) * hidden + u;
    }

    private int gate(int gates, int t, int b, int gate, int u) {
        return ((t * batch + b) * gates + gate) * hidden + u;
    }

    private int output(int t, int b, int u) {
        return (t * batch + b) * ldy + u;
    }

    private float rounded(float value) {
        return Digits.valueOf(precision.name()).round(value);
    }

    private float[] rounded(float[] values) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = rounded(values[i]);
        }
        return rounded;
    }

    /** Row [t, b] of a tensor whose rows have so many times H, rounded after a factor that is a power of two. */
    private float[] row(float[] tensor, int t, int b, int values, float factor) {
        int width = values * hidden;
        float[] row = new float[width];
        for (int i = 0; i < width; i++) {
            row[i] = rounded(tensor[(t * batch + b) * width + i] * factor) / factor;
        }
        return row;
    }

    private double product(float[] weights, int row, float[] x) {
        double sum = 0;
        for (int k = 0; k < hidden; k++) {
            sum += (double) weights[row * hidden + k] * x[k];
        }
        return sum;
    }

    /** {@code dh = W_hhᵀ d}. */
    private void back(float[] weights, float[] d, double[] dh) {
        for (int u = 0; u < hidden; u++) {
            dh[u] = 0;
            for (int k = 0; k < d.length; k++) {
                dh[u] += (double) weights[k * hidden + u] * d[k];
            }
        }
    }

    private double[] carried(float[] states, int b) {
        double[] carried = new double[hidden];
        for (int u = 0; u < hidden; u++) {
            carried[u] = states[b * hidden + u];
        }
        return carried;
    }

    private void store(double[] carried, float[] states, int b) {
        for (int u = 0; u < hidden; u++) {
            states[b * hidden + u] = (float) carried[u];
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
