package dev.gateloom.nn;

import dev.gateloom.RnnEngine;
import dev.gateloom.spi.Workers;

/**
 * The arithmetic that layers stand on; everything else they do is bookkeeping. One implementation serves one kind of
 * device. Tensors are matrices {@code [rows, features]} here unless a method says more. What is written has its shape
 * already; "adds" means that it is added to. For one thread at a time. No operand may be written while another names the same memory, except
 * where a method allows it. The same operands give the same bits.
 */
public interface Operations {

    /** An engine that has operations of its own, since it computes on another device than the CPU. */
    interface Source {

        /**
         * Operations on the engine's device.
         *
         * @return the operations; usable until the engine is closed
         */
        Operations operations();
    }

    /**
     * Those that go with an engine: its own if it is a {@link Source}; else its matrix product, if it offers one, and plain Java
     * for the rest.
     *
     * @param engine the engine; null for none
     * @return the operations
     */
    static Operations of(RnnEngine engine) {
        return engine instanceof Source source ? source.operations() : new CpuOperations(engine);
    }

    /**
     * The threads for what is no operation of these: losses, norms and optimizers.
     *
     * @return the engine's, if it lends them; else the calling one
     */
    default Workers workers() {
        return Workers.NONE;
    }

    /**
     * {@code C[m, n] = op(A)[m, k] · op(B)[k, n]}, or adds it. Matrices start at an offset and are dense.
     *
     * @param transposeA whether A is stored as {@code [k, m]}
     * @param transposeB whether B is stored as {@code [n, k]}
     * @param m rows of C
     * @param n columns of C
     * @param k length of the sums
     * @param a left operand
     * @param ao its first index
     * @param b right operand
     * @param bo its first index
     * @param add whether C is added to
     * @param c result
     * @param co its first index
     */
    void gemm(boolean transposeA, boolean transposeB, int m, int n, int k, Tensor a, int ao, Tensor b, int bo,
            boolean add, Tensor c, int co);

    /**
     * {@code y = f(y + bias)}.
     *
     * @param y sums, replaced
     * @param bias {@code [features]}; null for none
     * @param f the activation
     */
    void biasActivation(Tensor y, Tensor bias, Activation f);

    /**
     * {@code dz = dy · f'(z)}, from the result {@code y = f(z)}.
     *
     * @param y result of the forward
     * @param dy its gradient
     * @param f the activation
     * @param dz receives the gradient of z; may be dy
     */
    void activationGradient(Tensor y, Tensor dy, Activation f, Tensor dz);

    /**
     * Adds the sum of all rows.
     *
     * @param x the rows
     * @param sum {@code [features]}, added to
     */
    void addRows(Tensor x, Tensor sum);

    /**
     * {@code y[i, :] = table[ids[i], :]}.
     *
     * @param ids whole numbers from 0 to entries - 1, which the caller has checked
     * @param table {@code [entries, width]}
     * @param y {@code [ids, width]}
     */
    void embedding(Tensor ids, Tensor table, Tensor y);

    /**
     * {@code dTable[ids[i], :] += dy[i, :]}.
     *
     * @param ids as in {@link #embedding}
     * @param dy gradient of y
     * @param dTable added to
     */
    void embeddingGradient(Tensor ids, Tensor dy, Tensor dTable);

    /**
     * {@code Σ -log(softmax(y)[class])} over the rows that count, and {@code dy = (softmax(y) - onehot(class)) · scale},
     * zero in rows that do not count.
     *
     * @param y logits
     * @param classes the class of each row; -1 where it does not count
     * @param scale factor of the gradient
     * @param dy receives the gradient; null if not wanted
     * @return the sum
     */
    double softmaxCrossEntropy(Tensor y, int[] classes, double scale, Tensor dy);

    /**
     * One row for each position of a window in one sample: the values under it, zero outside.
     *
     * @param w the windows
     * @param x samples {@code [B, D, H, W, C]}
     * @param sample which
     * @param columns {@code [w.positions(), w.taps() · C]}
     */
    void im2col(Window w, Tensor x, int sample, Tensor columns);

    /**
     * The transposed {@link #im2col}: adds each value back to where it came from.
     *
     * @param w the windows
     * @param columns {@code [w.positions(), w.taps() · C]}
     * @param sample which
     * @param x samples {@code [B, D, H, W, C]}, added to
     */
    void col2im(Window w, Tensor columns, int sample, Tensor x);

    /**
     * Largest value under each window.
     *
     * @param w the windows
     * @param x {@code [B, D, H, W, C]}
     * @param y {@code [B, positions, C]}
     * @param from receives for each value of y its index in x
     */
    void maxPool(Window w, Tensor x, Tensor y, int[] from);

    /**
     * {@code dx[from[i]] += dy[i]}.
     *
     * @param w the windows
     * @param dy gradient of y
     * @param from as {@link #maxPool} left it
     * @param dx added to
     */
    void maxPoolGradient(Window w, Tensor dy, int[] from, Tensor dx);

    /**
     * Mean of the values under each window; what lies outside does not count.
     *
     * @param w the windows
     * @param x {@code [B, D, H, W, C]}
     * @param y {@code [B, positions, C]}
     */
    void averagePool(Window w, Tensor x, Tensor y);

    /**
     * The gradient of {@link #averagePool}.
     *
     * @param w the windows
     * @param dy gradient of y
     * @param dx added to
     */
    void averagePoolGradient(Window w, Tensor dy, Tensor dx);

    /**
     * {@code y = gamma ⊙ normal + beta} with {@code normal = (x - mean) · scale} and {@code scale = 1 / sqrt(variance + eps)} for
     * each row, with its biased variance.
     *
     * @param x rows
     * @param gamma {@code [features]}
     * @param beta {@code [features]}
     * @param eps added to the variance
     * @param y result
     * @param normal receives the normalised rows
     * @param scale {@code [rows]}: receives the scales
     */
    void layerNorm(Tensor x, Tensor gamma, Tensor beta, double eps, Tensor y, Tensor normal, Tensor scale);

    /**
     * Gradients of {@link #layerNorm}.
     *
     * @param normal as forward left it
     * @param scale as forward left it
     * @param gamma {@code [features]}
     * @param dy gradient of y
     * @param dx receives the gradient of x; null if not wanted
     * @param dGamma added to
     * @param dBeta added to
     */
    void layerNormGradient(Tensor normal, Tensor scale, Tensor gamma, Tensor dy, Tensor dx, Tensor dGamma, Tensor dBeta);

    /**
     * {@code y[i] = x[i] / (1 - rate)}, or 0 with the probability {@code rate}: a value of the stream decides. The gradient is
     * the same call on dy.
     *
     * @param x values
     * @param rate in [0, 1)
     * @param seed of the stream
     * @param repeat how many neighbours in a row of steps share a value: x is {@code [groups, repeat, width]}, and a value
     *     is drawn for each {@code [groups, width]}
     * @param width values of a step
     * @param y result; may be x
     */
    void dropout(Tensor x, float rate, long seed, int repeat, int width, Tensor y);

    /**
     * {@code y += factor · x}.
     *
     * @param factor the factor
     * @param x values
     * @param y added to
     */
    void addScaled(float factor, Tensor x, Tensor y);

    /**
     * {@code y = a ⊙ b}, or adds it.
     *
     * @param a values
     * @param b values
     * @param add whether y is added to
     * @param y result
     */
    void multiply(Tensor a, Tensor b, boolean add, Tensor y);
}
