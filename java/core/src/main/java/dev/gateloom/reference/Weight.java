package dev.gateloom.reference;

import dev.gateloom.Parameter;
import dev.gateloom.RnnWeights;
import java.util.Arrays;

/** One parameter in double precision, row-major, and its gradient. A vector has one column. */
final class Weight {
    final double[] value;
    final double[] gradient;
    private final int rows;
    private final int columns;
    private final int offset;
    private double[] dropConnect;

    private Weight(Parameter p, double[] values) {
        rows = p.shape().get(0);
        columns = p.shape().size() == 2 ? p.shape().get(1) : 1;
        offset = p.offset();
        value = Arrays.copyOfRange(values, offset, offset + p.size());
        gradient = new double[p.size()];
    }

    /** The parameter of that name, null if the stack has none. {@code values} is laid out as the weights' data. */
    static Weight of(RnnWeights layout, double[] values, String name) {
        return layout.has(name) ? new Weight(layout.parameter(name), values) : null;
    }

    /** From now on every value is multiplied by its mask (DropConnect), and so is its gradient. */
    void dropConnect(float[] mask, int start) {
        dropConnect = new double[value.length];
        for (int i = 0; i < value.length; i++) {
            dropConnect[i] = mask[start + i];
            value[i] *= dropConnect[i];
        }
    }

    /** {@code W x}. */
    double[] times(double[] x) {
        double[] result = new double[rows];
        times(0, rows, x, result);
        return result;
    }

    /** {@code result[r] = W[r] x} for some rows. Four partial sums, so that the additions need not wait. */
    void times(int first, int count, double[] x, double[] result) {
        int even = columns & ~3;
        for (int r = first; r < first + count; r++) {
            int w = r * columns;
            double s0 = 0;
            double s1 = 0;
            double s2 = 0;
            double s3 = 0;
            for (int k = 0; k < even; k += 4) {
                s0 += value[w + k] * x[k];
                s1 += value[w + k + 1] * x[k + 1];
                s2 += value[w + k + 2] * x[k + 2];
                s3 += value[w + k + 3] * x[k + 3];
            }
            for (int k = even; k < columns; k++) {
                s0 += value[w + k] * x[k];
            }
            result[r] = (s0 + s1) + (s2 + s3);
        }
    }

    /** Gradient of {@code W x}: {@code dW += d x^T}; gives {@code W^T d}. */
    double[] backward(double[] d, double[] x) {
        double[] dx = new double[columns];
        backward(0, rows, d, x, dx);
        return dx;
    }

    /** The same for some rows; adds to {@code dx}. */
    void backward(int first, int count, double[] d, double[] x, double[] dx) {
        for (int r = first; r < first + count; r++) {
            int w = r * columns;
            double dr = d[r];
            for (int k = 0; k < columns; k++) {
                gradient[w + k] += dr * x[k];
            }
            for (int k = 0; k < columns; k++) {
                dx[k] += dr * value[w + k];
            }
        }
    }

    /** Adds the gradient of this parameter to that of all. */
    void collect(double[] all) {
        for (int i = 0; i < gradient.length; i++) {
            all[offset + i] += dropConnect == null ? gradient[i] : dropConnect[i] * gradient[i];
        }
    }
}
