package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.Arrays;
import java.util.List;

/**
 * Attention of queries over values: inputs {@code query [B, Tq, F]}, {@code value [B, Tv, V]} and, if they differ from the
 * values, {@code key [B, Tv, F]}; outputs {@code context [B, Tq, V]} and the weights {@code [B, Tq, Tv]}.
 *
 * <pre>
 * score[q, v] = scale · query[q] · key[v]                  dot (Luong et al. 2015), scale 1 or 1/sqrt(F)
 * score[q, v] = Σ_f scale[f] tanh(query[q, f] + key[v, f])   additive (Bahdanau et al. 2015, as Keras has it)
 * weights     = softmax over the values that are not masked
 * context[q]  = Σ_v weights[q, v] value[v]
 * </pre>
 *
 * A sample whose values are all masked gets the weights 0.
 */
public final class Attention extends Layer {
    private final boolean additive;
    private boolean scaled;
    private Operations ops;
    private int width;
    private int valueWidth;
    private Tensor scale;                   // [F], additive only
    private Tensor dScale;
    private List<Trainable> parameters = List.of();
    private boolean pending;
    private Tensor query;
    private Tensor value;
    private Tensor key;
    private Tensor weights;
    private final Tensor ownWeights = new Tensor();
    private final Tensor dWeights = new Tensor();
    private final Tensor dScore = new Tensor();
    private final Tensor[] spare = {new Tensor(), new Tensor(), new Tensor()};

    private Attention(boolean additive) {
        this.additive = additive;
    }

    /**
     * Scores by the inner product.
     *
     * @return a new layer
     */
    public static Attention dot() {
        return new Attention(false);
    }

    /**
     * Scores by a sum of hyperbolic tangents with a factor each, which is learnt.
     *
     * @return a new layer
     */
    public static Attention additive() {
        return new Attention(true);
    }

    /**
     * Whether inner products are divided by {@code sqrt(F)} (Vaswani et al. 2017).
     *
     * @param divide false by default; true is for dot only
     * @return this
     */
    public Attention scaled(boolean divide) {
        Require.that(!divide || !additive, "scaled", "false with additive scores", true);
        scaled = divide;
        return this;
    }

    @Override
    public String kind() {
        return additive ? "AdditiveAttention" : "Attention";
    }

    @Override
    protected int[][] create(Setup setup, int[][] inputs) {
        Require.that(inputs.length == 2 || inputs.length == 3, "inputs of " + kind(), "query, value and perhaps key",
                inputs.length);
        for (int[] input : inputs) {
            requireAxes(input, 2, STEPS_AND_FEATURES);
        }
        ops = setup.operations();
        width = features(inputs[0]);
        valueWidth = features(inputs[1]);
        int keyWidth = features(inputs[inputs.length - 1]);
        Require.that(keyWidth == width, "key of " + kind(), "as many features as the query, " + width, keyWidth);
        if (additive) {
            scale = new Tensor(width);
            dScale = new Tensor(width);
            setup.initialisation().weight(scale, width, 1, setup.seed());
            parameters = List.of(Trainable.of("scale", scale, dScale, width));
        }
        return new int[][] {{inputs[0][0], valueWidth}, {inputs[0][0], inputs[1][0]}};
    }

    @Override
    public List<Trainable> parameters() {
        return parameters;
    }

    private float factor() {
        return scaled ? (float) (1 / Math.sqrt(width)) : 1f;
    }

    @Override
    public void forward(Tensor[] x, Tensor[] y, boolean training) {
        pending = training;
        query = x[0];
        value = x[1];
        key = x[x.length - 1];
        query.require("query", 3, 3, width);
        value.require("value", 3, 3, valueWidth);
        key.require("key", 3, 3, width);
        int batch = query.batch();
        int tq = query.dim(1);
        int tv = value.dim(1);
        if (value.batch() != batch || key.batch() != batch || key.dim(1) != tv) {
            Require.that(false, "value", "a batch of " + batch + " with as many steps as the key", value + " and " + key);
        }
        weights = y.length > 1 && y[1] != null ? y[1] : ownWeights;
        weights.shape(batch, tq, tv);
        y[0].shape(batch, tq, valueWidth).mask(query.mask());
        for (int b = 0; b < batch; b++) {
            if (additive) {
                additiveScores(b, tq, tv);
            } else {
                ops.gemm(false, true, tq, tv, width, query, b * tq * width, key, b * tv * width, false, weights,
                        b * tq * tv);
            }
        }
        hideMasked(value.mask(), tq, tv);
        ops.biasActivation(weights, null, Activation.SOFTMAX);
        dropUndefined();
        for (int b = 0; b < batch; b++) {
            ops.gemm(false, false, tq, valueWidth, tv, weights, b * tq * tv, value, b * tv * valueWidth, false, y[0],
                    b * tq * valueWidth);
        }
    }

    private void additiveScores(int b, int tq, int tv) {
        for (int q = 0; q < tq; q++) {
            for (int v = 0; v < tv; v++) {
                int qa = query.index(b, q, 0);
                int ka = key.index(b, v, 0);
                double sum = 0;
                for (int f = 0; f < width; f++) {
                    sum += scale.values()[f] * Math.tanh(query.values()[qa + f] + key.values()[ka + f]);
                }
                weights.values()[(b * tq + q) * tv + v] = (float) sum;
            }
        }
    }

    private void hideMasked(boolean[] mask, int tq, int tv) {
        float[] score = weights.values();
        float factor = factor();
        for (int i = 0; i < weights.size(); i++) {
            boolean counts = mask == null || mask[i / (tq * tv) * tv + i % tv];
            score[i] = counts ? score[i] * factor : Float.NEGATIVE_INFINITY;
        }
    }

    /** A softmax over nothing but minus infinity is no number: only where all values are masked. */
    private void dropUndefined() {
        if (value.mask() == null) {
            return;                         // then NaN comes from the inputs and must be seen
        }
        int tq = query.dim(1);
        int tv = value.dim(1);
        for (int b = 0; b < query.batch(); b++) {
            boolean any = false;
            for (int v = 0; v < tv; v++) {
                any |= value.mask()[b * tv + v];
            }
            if (!any) {
                Arrays.fill(weights.values(), b * tq * tv, (b + 1) * tq * tv, 0f);
            }
        }
    }

    @Override
    public void backward(Tensor[] dy, Tensor[] dx) {
        Require.present(pending ? query : null, "backward: call forward with training = true first");
        pending = false;
        int batch = query.batch();
        int tq = query.dim(1);
        int tv = value.dim(1);
        Tensor dQuery = room(dx[0], 0).like(query).fill(0);
        Tensor dValue = room(dx[1], 1).like(value).fill(0);
        Tensor dKey = dx.length == 3 ? room(dx[2], 2).like(key).fill(0) : dValue;
        dWeights.like(weights).fill(0);
        if (dy.length > 1 && dy[1] != null) {
            dWeights.set(dy[1]);
        }
        for (int b = 0; b < batch && dy[0] != null; b++) {
            int w = b * tq * tv;
            int v = b * tv * valueWidth;
            int y = b * tq * valueWidth;
            ops.gemm(false, true, tq, tv, valueWidth, dy[0], y, value, v, true, dWeights, w);
            ops.gemm(true, false, tv, valueWidth, tq, weights, w, dy[0], y, true, dValue, v);
        }
        ops.activationGradient(weights, dWeights, Activation.SOFTMAX, dScore.like(weights));
        float factor = factor();
        for (int i = 0; i < dScore.size(); i++) {
            dScore.values()[i] *= factor;
        }
        for (int b = 0; b < batch; b++) {
            if (additive) {
                additiveGradients(b, tq, tv, dQuery, dKey);
            } else {
                int s = b * tq * tv;
                ops.gemm(false, false, tq, width, tv, dScore, s, key, b * tv * width, true, dQuery, b * tq * width);
                ops.gemm(true, false, tv, width, tq, dScore, s, query, b * tq * width, true, dKey, b * tv * width);
            }
        }
    }

    /** Where a gradient goes that nobody asked for. */
    private Tensor room(Tensor wanted, int which) {
        return wanted == null ? spare[which] : wanted;
    }

    private void additiveGradients(int b, int tq, int tv, Tensor dQuery, Tensor dKey) {
        for (int q = 0; q < tq; q++) {
            for (int v = 0; v < tv; v++) {
                int qa = query.index(b, q, 0);
                int ka = key.index(b, v, 0);
                float d = dScore.values()[(b * tq + q) * tv + v];
                for (int f = 0; f < width; f++) {
                    float tanh = (float) Math.tanh(query.values()[qa + f] + key.values()[ka + f]);
                    float slope = d * scale.values()[f] * (1 - tanh * tanh);
                    dScale.values()[f] += d * tanh;
                    dQuery.values()[qa + f] += slope;
                    dKey.values()[ka + f] += slope;
                }
            }
        }
    }
}
