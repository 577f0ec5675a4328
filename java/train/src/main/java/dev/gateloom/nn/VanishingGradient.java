package dev.gateloom.nn;

import dev.gateloom.CellType;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnState;
import dev.gateloom.RnnWeights;
import java.util.Arrays;

/**
 * The regulariser of Pascanu, Mikolov and Bengio (2013) for a plain recurrence: it wants the gradient to keep its norm from
 * step to step. With δ_t the gradient of the loss with respect to the sums before the activation at step t, and
 * {@code v_t = (Wᵀ δ_{t+1}) ⊙ f'(t)} what of it arrives one step earlier,
 *
 * <pre>Ω = λ / B · Σ_b Σ_t (|v_t| / |δ_{t+1}| - 1)²</pre>
 *
 * Its gradient is taken with respect to the recurrent weights where they stand in v_t alone ("immediate", as in the paper):
 * δ and f' count as constants. Terms without any gradient are left out.
 */
final class VanishingGradient {
    private final RnnConfig config;
    private final double lambda;
    private double[] h = new double[0];             // [T, B, H]
    private double[] slope = new double[0];         // f', [T, B, H]
    private double[] delta = new double[0];         // [B, H] of step t + 1
    private double[] back = new double[0];          // [H], v_t

    VanishingGradient(RnnConfig config, double lambda) {
        this.config = config;
        this.lambda = lambda;
    }

    /**
     * Adds the gradient.
     *
     * @param dy gradient of the outputs {@code [B, T, H]}, or of the last one {@code [B, H]}; null for zero
     * @param dLast gradient of the last state; null for zero
     * @return Ω
     */
    double add(RnnWeights weights, RnnWeights gradients, Tensor x, Tensor dy, RnnState dLast) {
        int batch = x.batch();
        int steps = x.dim(1);
        int size = config.hiddenSize();
        room(batch, steps, size);
        forward(weights, x);
        int w = weights.parameter("weight_hh_l0").offset();
        double omega = 0;
        for (int t = steps - 1; t >= 0; t--) {
            for (int b = 0; b < batch; b++) {
                omega += step(weights.data(), gradients.data(), w, dy, dLast, b, t, batch, steps, size);
            }
        }
        return lambda * omega / batch;
    }

    private void room(int batch, int steps, int size) {
        if (h.length < steps * batch * size) {
            h = new double[steps * batch * size];
            slope = new double[h.length];
        }
        if (delta.length < batch * size) {
            delta = new double[batch * size];
        }
        back = back.length < size ? new double[size] : back;
        Arrays.fill(delta, 0);
    }

    private void forward(RnnWeights weights, Tensor x) {
        int batch = x.batch();
        int steps = x.dim(1);
        int inputs = x.features();
        int size = config.hiddenSize();
        float[] p = weights.data();
        int wi = weights.parameter("weight_ih_l0").offset();
        int wh = weights.parameter("weight_hh_l0").offset();
        boolean bias = weights.has("bias_ih_l0");
        int bi = bias ? weights.parameter("bias_ih_l0").offset() : 0;
        int bh = bias ? weights.parameter("bias_hh_l0").offset() : 0;
        for (int t = 0; t < steps; t++) {
            for (int b = 0; b < batch; b++) {
                int at = (t * batch + b) * size;
                for (int j = 0; j < size; j++) {
                    double sum = bias ? (double) p[bi + j] + p[bh + j] : 0;
                    for (int i = 0; i < inputs; i++) {
                        sum += (double) p[wi + j * inputs + i] * x.values()[x.index(b, t, i)];
                    }
                    for (int i = 0; i < size && t > 0; i++) {
                        sum += p[wh + j * size + i] * h[at - batch * size + i];
                    }
                    boolean relu = config.cell() == CellType.RNN_RELU;
                    h[at + j] = relu ? Math.max(0, sum) : Math.tanh(sum);
                    slope[at + j] = relu ? (sum > 0 ? 1 : 0) : 1 - h[at + j] * h[at + j];
                }
            }
        }
    }

    /** The term that leads from t + 1 to t, then δ_t in the place of δ_{t+1}. */
    private double step(float[] p, float[] g, int w, Tensor dy, RnnState dLast, int b, int t, int batch, int steps,
            int size) {
        int s = (t * batch + b) * size;
        int d = b * size;
        double before = 0;
        double after = 0;
        for (int j = 0; j < size; j++) {
            back[j] = 0;
            for (int i = 0; i < size; i++) {
                back[j] += delta[d + i] * p[w + i * size + j];
            }
            back[j] *= slope[s + j];
            before += delta[d + j] * delta[d + j];
            after += back[j] * back[j];
        }
        double omega = 0;
        if (t < steps - 1 && before > 0 && after > 0) {
            double ratio = Math.sqrt(after / before);
            double factor = 2 * (ratio - 1) / Math.sqrt(before * after) * lambda / batch;
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    g[w + i * size + j] += (float) (factor * back[j] * delta[d + i] * slope[s + j]);
                }
            }
            omega = (ratio - 1) * (ratio - 1);
        }
        boolean end = t == steps - 1;
        boolean sequences = dy != null && dy.rank() == 3;
        for (int j = 0; j < size; j++) {
            double own = sequences ? dy.values()[dy.index(b, t, j)] : dy != null && end ? dy.values()[d + j] : 0;
            own += dLast != null && end ? dLast.h()[d + j] : 0;
            delta[d + j] = back[j] + own * slope[s + j];
        }
        return omega;
    }
}
