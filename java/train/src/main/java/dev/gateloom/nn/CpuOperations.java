package dev.gateloom.nn;

import dev.gateloom.RnnEngine;
import dev.gateloom.spi.MatrixProduct;
import dev.gateloom.spi.Workers;
import java.util.Arrays;

/**
 * The operations in plain Java. Inner loops run over neighbouring values without a dependence from one to the next, which
 * HotSpot turns into vectors.
 */
final class CpuOperations implements Operations {
    private final MatrixProduct gemm;
    private final Workers workers;
    private final Softmax softmax = new Softmax();

    CpuOperations(RnnEngine engine) {
        gemm = engine instanceof MatrixProduct.Source source ? source.matrixProduct() : new Gemm();
        workers = engine instanceof Workers.Source source ? source.workers() : Workers.NONE;
    }

    @Override
    public Workers workers() {
        return workers;
    }

    @Override
    public void gemm(boolean transposeA, boolean transposeB, int m, int n, int k, Tensor a, int ao, Tensor b, int bo,
            boolean add, Tensor c, int co) {
        gemm.multiply(transposeA, transposeB, m, n, k, a.values(), ao, b.values(), bo, add, c.values(), co);
    }

    @Override
    public void biasActivation(Tensor y, Tensor bias, Activation f) {
        int n = y.features();
        float[] to = y.values();
        if (bias != null) {
            float[] b = bias.values();
            for (int start = 0; start < y.size(); start += n) {
                for (int j = 0; j < n; j++) {
                    to[start + j] += b[j];
                }
            }
        }
        switch (f) {
            case LINEAR -> { }
            case RELU -> {
                for (int i = 0; i < y.size(); i++) {
                    to[i] = Math.max(0f, to[i]);
                }
            }
            case TANH -> {
                for (int i = 0; i < y.size(); i++) {
                    to[i] = (float) Math.tanh(to[i]);
                }
            }
            case SIGMOID -> {
                for (int i = 0; i < y.size(); i++) {
                    to[i] = (float) (1 / (1 + Math.exp(-to[i])));
                }
            }
            case SOFTMAX -> softmax.apply(to, y.rows(), n);
        }
    }

    @Override
    public void activationGradient(Tensor y, Tensor dy, Activation f, Tensor dz) {
        float[] v = y.values();
        float[] d = dy.values();
        float[] to = dz.values();
        switch (f) {
            case LINEAR -> System.arraycopy(d, 0, to, 0, y.size());
            case RELU -> {
                for (int i = 0; i < y.size(); i++) {
                    to[i] = v[i] > 0 ? d[i] : 0f;
                }
            }
            case TANH -> {
                for (int i = 0; i < y.size(); i++) {
                    to[i] = d[i] * (1 - v[i] * v[i]);
                }
            }
            case SIGMOID -> {
                for (int i = 0; i < y.size(); i++) {
                    to[i] = d[i] * (v[i] * (1 - v[i]));
                }
            }
            case SOFTMAX -> {
                int n = y.features();
                for (int start = 0; start < y.size(); start += n) {
                    double dot = 0;
                    for (int j = 0; j < n; j++) {
                        dot += (double) d[start + j] * v[start + j];
                    }
                    for (int j = 0; j < n; j++) {
                        to[start + j] = (float) (v[start + j] * (d[start + j] - dot));
                    }
                }
            }
        }
    }

    @Override
    public void addRows(Tensor x, Tensor sum) {
        int n = x.features();
        float[] from = x.values();
        float[] to = sum.values();
        for (int start = 0; start < x.size(); start += n) {
            for (int j = 0; j < n; j++) {
                to[j] += from[start + j];
            }
        }
    }

    @Override
    public void embedding(Tensor ids, Tensor table, Tensor y) {
        int width = table.features();
        for (int i = 0; i < ids.size(); i++) {
            System.arraycopy(table.values(), (int) ids.values()[i] * width, y.values(), i * width, width);
        }
    }

    @Override
    public void embeddingGradient(Tensor ids, Tensor dy, Tensor dTable) {
        int width = dTable.features();
        for (int i = 0; i < ids.size(); i++) {
            int to = (int) ids.values()[i] * width;
            for (int j = 0; j < width; j++) {
                dTable.values()[to + j] += dy.values()[i * width + j];
            }
        }
    }

    @Override
    public double softmaxCrossEntropy(Tensor y, int[] classes, double scale, Tensor dy) {
        return softmax.crossEntropy(y.values(), y.rows(), y.features(), classes, scale, dy == null ? null : dy.values());
    }

    @Override
    public void im2col(Window w, Tensor x, int sample, Tensor columns) {
        unfold(w, x.values(), sample * w.inputSize(), columns.values(), false);
    }

    @Override
    public void col2im(Window w, Tensor columns, int sample, Tensor x) {
        unfold(w, x.values(), sample * w.inputSize(), columns.values(), true);
    }

    /** Visits every value under every window: copies x to columns, or adds columns to x. */
    private static void unfold(Window w, float[] x, int start, float[] columns, boolean back) {
        int c = w.channels();
        int at = 0;
        for (int od = 0; od < w.out(0); od++) {
            for (int oh = 0; oh < w.out(1); oh++) {
                for (int ow = 0; ow < w.out(2); ow++) {
                    for (int kd = 0; kd < w.kernel(0); kd++) {
                        for (int kh = 0; kh < w.kernel(1); kh++) {
                            for (int kw = 0; kw < w.kernel(2); kw++) {
                                int place = place(w, od, oh, ow, kd, kh, kw);
                                if (place < 0) {
                                    if (!back) {
                                        Arrays.fill(columns, at, at + c, 0f);
                                    }
                                } else if (back) {
                                    addTo(x, start + place * c, columns, at, c);
                                } else {
                                    System.arraycopy(x, start + place * c, columns, at, c);
                                }
                                at += c;
                            }
                        }
                    }
                }
            }
        }
    }

    /** Index of the value under a tap of a window, without channels; -1 outside. */
    private static int place(Window w, int od, int oh, int ow, int kd, int kh, int kw) {
        int d = od * w.stride(0) + kd - w.before(0);
        int h = oh * w.stride(1) + kh - w.before(1);
        int v = ow * w.stride(2) + kw - w.before(2);
        boolean inside = d >= 0 && d < w.in(0) && h >= 0 && h < w.in(1) && v >= 0 && v < w.in(2);
        return inside ? (d * w.in(1) + h) * w.in(2) + v : -1;
    }

    private static void addTo(float[] to, int at, float[] from, int start, int count) {
        for (int j = 0; j < count; j++) {
            to[at + j] += from[start + j];
        }
    }

    @Override
    public void maxPool(Window w, Tensor x, Tensor y, int[] from) {
        float[] v = x.values();
        pool(w, x.batch(), (start, places, count, to) -> {
            for (int c = 0; c < w.channels(); c++) {
                int best = -1;
                for (int p = 0; p < count; p++) {
                    int i = start + places[p] * w.channels() + c;
                    if (best < 0 || v[i] > v[best] || Float.isNaN(v[i])) {
                        best = i;
                    }
                }
                y.values()[to + c] = v[best];
                from[to + c] = best;
            }
        });
    }

    @Override
    public void maxPoolGradient(Window w, Tensor dy, int[] from, Tensor dx) {
        for (int i = 0; i < dy.size(); i++) {
            dx.values()[from[i]] += dy.values()[i];
        }
    }

    @Override
    public void averagePool(Window w, Tensor x, Tensor y) {
        pool(w, x.batch(), (start, places, count, to) -> {
            for (int c = 0; c < w.channels(); c++) {
                double sum = 0;
                for (int p = 0; p < count; p++) {
                    sum += x.values()[start + places[p] * w.channels() + c];
                }
                y.values()[to + c] = (float) (sum / count);
            }
        });
    }

    @Override
    public void averagePoolGradient(Window w, Tensor dy, Tensor dx) {
        pool(w, dx.batch(), (start, places, count, to) -> {
            for (int p = 0; p < count; p++) {
                for (int c = 0; c < w.channels(); c++) {
                    dx.values()[start + places[p] * w.channels() + c] += dy.values()[to + c] / count;
                }
            }
        });
    }

    /** What happens at one window: {@code count} places of the input, counted from {@code start}, and the output's index. */
    private interface AtWindow {
        void apply(int start, int[] places, int count, int to);
    }

    private static void pool(Window w, int batch, AtWindow action) {
        int[] places = new int[w.taps()];
        int to = 0;
        for (int b = 0; b < batch; b++) {
            for (int od = 0; od < w.out(0); od++) {
                for (int oh = 0; oh < w.out(1); oh++) {
                    for (int ow = 0; ow < w.out(2); ow++) {
                        action.apply(b * w.inputSize(), places, under(w, od, oh, ow, places), to);
                        to += w.channels();
                    }
                }
            }
        }
    }

    /** The places inside the input under one window. */
    private static int under(Window w, int od, int oh, int ow, int[] places) {
        int count = 0;
        for (int kd = 0; kd < w.kernel(0); kd++) {
            for (int kh = 0; kh < w.kernel(1); kh++) {
                for (int kw = 0; kw < w.kernel(2); kw++) {
                    int place = place(w, od, oh, ow, kd, kh, kw);
                    if (place >= 0) {
                        places[count++] = place;
                    }
                }
            }
        }
        return count;
    }

    @Override
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, double eps, Tensor y, Tensor normal,
            Tensor scale) {
        int n = x.features();
        for (int row = 0; row < x.rows(); row++) {
            int start = row * n;
            double mean = 0;
            for (int j = 0; j < n; j++) {
                mean += x.values()[start + j];
            }
            mean /= n;
            double variance = 0;
            for (int j = 0; j < n; j++) {
                double d = x.values()[start + j] - mean;
                variance += d * d;
            }
            double factor = 1 / Math.sqrt(variance / n + eps);
            for (int j = 0; j < n; j++) {
                double value = (x.values()[start + j] - mean) * factor;
                normal.values()[start + j] = (float) value;
                y.values()[start + j] = (float) (value * gamma.values()[j] + beta.values()[j]);
            }
            scale.values()[row] = (float) factor;
        }
    }

    @Override
    public void layerNormGradient(Tensor normal, Tensor scale, Tensor gamma, Tensor dy, Tensor dx, Tensor dGamma,
            Tensor dBeta) {
        int n = normal.features();
        for (int row = 0; row < normal.rows(); row++) {
            int start = row * n;
            double sum = 0;             // of the gradients of the normalised values
            double dot = 0;             // of those with the normalised values
            for (int j = 0; j < n; j++) {
                float d = dy.values()[start + j];
                float v = normal.values()[start + j];
                dGamma.values()[j] += d * v;
                dBeta.values()[j] += d;
                sum += d * gamma.values()[j];
                dot += (double) d * gamma.values()[j] * v;
            }
            if (dx == null) {
                continue;
            }
            for (int j = 0; j < n; j++) {
                double d = dy.values()[start + j] * gamma.values()[j];
                dx.values()[start + j] = (float) (scale.values()[row] * (d - sum / n - normal.values()[start + j] * (dot / n)));
            }
        }
    }

    @Override
    public void dropout(Tensor x, float rate, long seed, int repeat, int width, Tensor y) {
        float keep = 1 / (1 - rate);
        for (int i = 0; i < x.size(); i++) {
            long drawn = (long) (i / (repeat * width)) * width + i % width;
            y.values()[i] = Draw.uniform(seed, drawn) < rate ? 0f : x.values()[i] * keep;
        }
    }

    @Override
    public void addScaled(float factor, Tensor x, Tensor y) {
        float[] from = x.values();
        float[] to = y.values();
        for (int i = 0; i < x.size(); i++) {
            to[i] += factor * from[i];
        }
    }

    @Override
    public void multiply(Tensor a, Tensor b, boolean add, Tensor y) {
        float[] va = a.values();
        float[] vb = b.values();
        float[] to = y.values();
        for (int i = 0; i < a.size(); i++) {
            to[i] = (add ? to[i] : 0f) + va[i] * vb[i];
        }
    }
}
