package dev.gateloom.cpu;

/**
 * Layer normalisation of one row: {@code y = γ⊙x̂ + β}, {@code x̂ = (x - mean) / sqrt(var + eps)}. The row is blocks of
 * {@code size} values, {@code stride} apart; the values between the blocks are left alone.
 */
final class RowNorm {
    private final int blocks;
    private final int size;
    private final int stride;
    private final float eps;
    private final float[] values;
    private final int gamma;
    private final int beta;
    private float mean;
    private float scale;

    /** γ and β are at gamma and beta of values; beta is -1 if there is none. */
    RowNorm(int blocks, int size, int stride, float eps, float[] values, int gamma, int beta) {
        this.blocks = blocks;
        this.size = size;
        this.stride = stride;
        this.eps = eps;
        this.values = values;
        this.gamma = gamma;
        this.beta = beta;
    }

    void forward(float[] x, int xo, float[] y, int yo) {
        double sum = 0;
        for (int b = 0; b < blocks; b++) {
            for (int j = 0; j < size; j++) {
                sum += x[xo + b * stride + j];
            }
        }
        double m = sum / (blocks * size);
        double squares = 0;
        for (int b = 0; b < blocks; b++) {
            for (int j = 0; j < size; j++) {
                double d = x[xo + b * stride + j] - m;
                squares += d * d;
            }
        }
        mean = (float) m;
        scale = (float) (1 / Math.sqrt(squares / (blocks * size) + eps));
        for (int b = 0; b < blocks; b++) {
            for (int j = 0; j < size; j++) {
                float hat = (x[xo + b * stride + j] - mean) * scale;
                y[yo + b * stride + j] = values[gamma + b * size + j] * hat + (beta < 0 ? 0 : values[beta + b * size + j]);
            }
        }
    }

    /**
     * Belongs to the forward just before: x is replaced by its gradient, those of γ and β are added at {@code so} of
     * sums.
     */
    void backward(float[] dy, int dyo, float[] x, int xo, float[] sums, int so) {
        double sum = 0;
        double product = 0;
        for (int b = 0; b < blocks; b++) {
            for (int j = 0; j < size; j++) {
                float d = dy[dyo + b * stride + j];
                float hat = (x[xo + b * stride + j] - mean) * scale;
                sums[so + gamma + b * size + j] += d * hat;
                if (beta >= 0) {
                    sums[so + beta + b * size + j] += d;
                }
                sum += d * values[gamma + b * size + j];
                product += (double) (d * values[gamma + b * size + j]) * hat;
            }
        }
        float meanSum = (float) (sum / (blocks * size));
        float meanProduct = (float) (product / (blocks * size));
        for (int b = 0; b < blocks; b++) {
            for (int j = 0; j < size; j++) {
                int i = xo + b * stride + j;
                float hat = (x[i] - mean) * scale;
                x[i] = scale * (dy[dyo + b * stride + j] * values[gamma + b * size + j] - meanSum - hat * meanProduct);
            }
        }
    }
}
