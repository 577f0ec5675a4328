package dev.gateloom.reference;

/**
 * {@code γ⊙n + β} with {@code n = (v - mean(v)) / sqrt(var(v) + eps)}; the variance is biased. Ba, Kiros and
 * Hinton 2016.
 */
final class LayerNormalisation {
    private final Weight gain;
    private final Weight offset;
    private final double eps;
    private final Activations activations;

    /** {@code offset} may be null: β = 0. */
    LayerNormalisation(Weight gain, Weight offset, double eps, Activations activations) {
        this.gain = gain;
        this.offset = offset;
        this.eps = eps;
        this.activations = activations;
    }

    /** One vector, normalised. */
    final class Normalised {
        final double[] value;
        private final double[] n;
        private final double scale;             // 1 / sqrt(var + eps)

        Normalised(double[] v) {
            int size = v.length;
            double mean = 0;
            for (double e : v) {
                mean += e / size;
            }
            double variance = 0;
            for (double e : v) {
                variance += (e - mean) * (e - mean) / size;
            }
            scale = 1 / Math.sqrt(variance + eps);
            n = new double[size];
            value = new double[size];
            for (int i = 0; i < size; i++) {
                n[i] = activations.kept((v[i] - mean) * scale);
                value[i] = gain.value[i] * n[i] + (offset == null ? 0 : offset.value[i]);
            }
        }

        /** {@code dv = scale · (dn - mean(dn) - n · mean(dn⊙n))} with {@code dn = γ⊙d}. */
        double[] backward(double[] d) {
            int size = d.length;
            double[] dv = new double[size];
            double meanDn = 0;
            double meanDnN = 0;
            for (int i = 0; i < size; i++) {
                gain.gradient[i] += d[i] * n[i];
                if (offset != null) {
                    offset.gradient[i] += d[i];
                }
                dv[i] = gain.value[i] * d[i];
                meanDn += dv[i] / size;
                meanDnN += dv[i] * n[i] / size;
            }
            for (int i = 0; i < size; i++) {
                dv[i] = scale * (dv[i] - meanDn - n[i] * meanDnN);
            }
            return dv;
        }
    }

    Normalised forward(double[] v) {
        return new Normalised(v);
    }
}
