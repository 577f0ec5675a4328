package dev.gateloom.cpu;

import dev.gateloom.RnnConfig;

/**
 * GRU with dropout m of the candidate: {@code r,z = σ(u + v)}, {@code n = tanh(u_n + r⊙v_n)},
 * {@code h = (1-z)⊙m⊙n + z⊙h_{t-1}}. Reset before: {@code n = tanh(u_n + v_n)}, where v_n is the product of W_hn with
 * {@code r⊙h_{t-1}}; {@link #reset} gives r in time for it.
 */
final class GruRow extends RowCell {
    private final boolean resetAfter;
    private final float[] gates;        // r, z, n
    private final float[] product;      // v_n as it enters n

    GruRow(Kernels kernels, RnnConfig config, int stride, VectorParameters vectors) {
        super(kernels, config, stride, vectors);
        resetAfter = config.resetAfter();
        gates = new float[3 * stride];
        product = new float[stride];
    }

    /** r alone; it starts at index 0. */
    float[] reset(float[] wx, int wo, float[] rh, int ro) {
        halves(wx, wo, rh, ro, 0, 1);
        for (int j = 0; j < size; j++) {
            gates[j] = u[j] + v[j];
        }
        kernels.sigmoid(stride, gates, 0, gates, 0);
        return gates;
    }

    @Override
    void forward(float[] wx, int wo, float[] rh, int ro, float[] hBefore, int ho, float[] cBefore, int co,
            float[] candidate, int at) {
        halves(wx, wo, rh, ro, 0, 3);
        int z = stride;
        int n = 2 * stride;
        for (int j = 0; j < n; j++) {
            gates[j] = u[j] + v[j];
        }
        kernels.sigmoid(2 * stride, gates, 0, gates, 0);
        for (int j = 0; j < size; j++) {
            product[j] = v[n + j];
            gates[n + j] = u[n + j] + (resetAfter ? gates[j] : 1) * product[j];
        }
        kernels.tanh(stride, gates, n, gates, n);
        for (int j = 0; j < size; j++) {
            float m = candidate == null ? 1 : candidate[at + j];
            h[j] = (1 - gates[z + j]) * m * gates[n + j] + gates[z + j] * hBefore[ho + j];
        }
    }

    /** With reset before, the gradients of gate r come from {@link #backwardReset}. */
    @Override
    void backward(float[] dh, int dho, float[] dc, int dco, float[] wx, int wo, float[] rh, int ro, float[] hBefore,
            int ho, float[] cBefore, int co, float[] candidate, int at, int so) {
        int z = stride;
        int n = 2 * stride;
        for (int j = 0; j < size; j++) {
            float d = dh[dho + j];
            float m = candidate == null ? 1 : candidate[at + j];
            float dn = d * (1 - gates[z + j]) * m * (1 - gates[n + j] * gates[n + j]);
            float dz = d * (hBefore[ho + j] - m * gates[n + j]) * gates[z + j] * (1 - gates[z + j]);
            float r = gates[j];
            u[j] = dn * product[j] * r * (1 - r);
            v[j] = u[j];
            u[z + j] = dz;
            v[z + j] = dz;
            u[n + j] = dn;
            v[n + j] = resetAfter ? dn * r : dn;
            dhBefore[j] = d * gates[z + j];
        }
        halvesBackward(wx, wo, rh, ro, resetAfter ? 0 : 1, 3, so);
    }

    /**
     * Reset before, once the gradient of {@code m⊙r⊙h_{t-1}} is known (m: recurrent dropout of n, null for none):
     * the gradients of gate r; dhBefore becomes the part of h_{t-1}.
     */
    void backwardReset(float[] d, int at, float[] mask, int mo, float[] wx, int wo, float[] rh, int ro, float[] hBefore,
            int ho, int so) {
        float[] r = reset(wx, wo, rh, ro);
        for (int j = 0; j < size; j++) {
            float m = d[at + j] * (mask == null ? 1 : mask[mo + j]);
            dhBefore[j] = m * r[j];
            u[j] = m * hBefore[ho + j] * r[j] * (1 - r[j]);
            v[j] = u[j];
        }
        halvesBackward(wx, wo, rh, ro, 0, 1, so);
    }
}
