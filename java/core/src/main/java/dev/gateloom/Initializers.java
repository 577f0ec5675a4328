package dev.gateloom;

import java.util.Arrays;

/** The drawing behind {@link Initializer}. */
final class Initializers {

    private Initializers() {
    }

    /** Gains 1 and offsets 0, if the parameter belongs to a layer normalisation. */
    static boolean normalisation(Parameter p, float[] data) {
        if (!p.name().startsWith("ln_")) {
            return false;
        }
        Arrays.fill(data, p.offset(), p.offset() + p.size(), p.name().startsWith("ln_gamma") ? 1f : 0f);
        return true;
    }

    /** Uniform in [-bound, bound). The stream is the parameter's name, so that its values do not depend on others. */
    static void uniform(long seed, Parameter p, float[] data, float bound) {
        for (int i = 0; i < p.size(); i++) {
            data[p.offset() + i] = (2 * Philox.uniform(seed, p.name().hashCode(), 0, i) - 1) * bound;
        }
    }

    /**
     * The transposed matrix [R, G·H] has orthonormal rows if R ≤ G·H, else orthonormal columns. Normal values,
     * then Gram–Schmidt, twice for accuracy: the signs come out as of a QR decomposition with positive diagonal.
     */
    static void orthogonal(long seed, Parameter p, float[] data) {
        int rows = p.shape().get(0);
        int columns = p.shape().get(1);
        int count = Math.min(rows, columns);       // number of orthonormal vectors
        int length = Math.max(rows, columns);
        double[][] q = new double[count][length];
        for (int v = 0; v < count; v++) {
            for (int i = 0; i < length; i++) {
                q[v][i] = normal(seed, p.name().hashCode(), (long) v * length + i);
            }
            for (int pass = 0; pass < 2; pass++) {
                for (int u = 0; u < v; u++) {
                    double dot = 0;
                    for (int i = 0; i < length; i++) {
                        dot += q[u][i] * q[v][i];
                    }
                    for (int i = 0; i < length; i++) {
                        q[v][i] -= dot * q[u][i];
                    }
                }
            }
            double norm = 0;
            for (double e : q[v]) {
                norm += e * e;
            }
            norm = Math.sqrt(norm);
            for (int i = 0; i < length; i++) {
                q[v][i] /= norm;
            }
        }
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                data[p.offset() + r * columns + c] = (float) (rows >= columns ? q[c][r] : q[r][c]);
            }
        }
    }

    /** Standard normal by Box and Muller. */
    private static double normal(long seed, int stream, long index) {
        double u = Philox.uniform(seed, stream, 1, 2 * index) + 0x1p-25;
        double v = Philox.uniform(seed, stream, 1, 2 * index + 1);
        return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
    }
}
