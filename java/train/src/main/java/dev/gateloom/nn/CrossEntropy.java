package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;

/**
 * Cross-entropy over the features: {@code L = -mean(log softmax(y)[class])} over the rows that count. The target holds a
 * class number for each row of y, or {@link #IGNORE} where a row does not count, such as padding.
 * {@code dy = (softmax(y) - onehot(class)) / n}, zero in the other rows.
 */
public final class CrossEntropy implements Loss {
    /** Class number of a row that does not count, as in PyTorch. */
    public static final int IGNORE = -100;
    /** The least probability, as in Keras: its logarithm is finite. */
    static final double LEAST = 1e-7;

    private final boolean probabilities;
    private final int end;
    private final Operations ops;
    private int[] classes = new int[0];

    /** From logits. */
    public CrossEntropy() {
        this(false, -1, Operations.of(null));
    }

    private CrossEntropy(boolean probabilities, int end, Operations ops) {
        this.probabilities = probabilities;
        this.end = end;
        this.ops = ops;
    }

    /**
     * For a model that ends in a softmax: y holds probabilities.
     *
     * @return the loss
     */
    public static CrossEntropy ofProbabilities() {
        return new CrossEntropy(true, -1, Operations.of(null));
    }

    /** {@inheritDoc} From logits, that is; from probabilities it is plain Java in any case. */
    @Override
    public CrossEntropy on(Operations operations) {
        return new CrossEntropy(probabilities, end, operations);
    }

    /**
     * The same, but in each sequence the steps after the first target of that class do not count.
     *
     * @param endToken the class that ends a sequence; itself it counts
     * @return the loss
     */
    public CrossEntropy until(int endToken) {
        Require.that(endToken >= 0, "endToken", "at least 0", endToken);
        return new CrossEntropy(probabilities, endToken, ops);
    }

    @Override
    public String description() {
        return "CrossEntropy" + (probabilities ? " of probabilities" : "") + (end < 0 ? "" : " until " + end);
    }

    @Override
    public double compute(Tensor y, Tensor target, Tensor dy) {
        long counted = count(y, target);
        if (dy != null) {
            dy.like(y);
        }
        double scale = counted == 0 ? 0 : 1.0 / counted;
        double sum = probabilities ? ofProbabilities(y, scale, dy) : ops.softmaxCrossEntropy(y, classes, scale, dy);
        return sum * scale;
    }

    private double ofProbabilities(Tensor y, double scale, Tensor dy) {
        int n = y.features();
        double sum = 0;
        if (dy != null) {
            dy.fill(0);
        }
        for (int row = 0; row < y.rows(); row++) {
            if (classes[row] < 0) {
                continue;
            }
            int at = row * n + classes[row];
            double p = Math.max(y.values()[at], LEAST);
            sum -= Math.log(p);
            if (dy != null) {
                dy.values()[at] = (float) (-scale / p);
            }
        }
        return sum;
    }

    /** {@inheritDoc} The number of rows that count. */
    @Override
    public long count(Tensor y, Tensor target) {
        classes(y, target, " of CrossEntropy");
        long counted = 0;
        for (int row = 0; row < y.rows(); row++) {
            counted += classes[row] >= 0 ? 1 : 0;
        }
        return counted;
    }

    /**
     * Which rows count, and their classes.
     *
     * @param y output of a model
     * @param target as given to {@link #compute}
     * @return for each row of y its class, -1 where it does not count; valid until the next call, may be longer
     * @throws IllegalArgumentException if the target has no class for each row, or one that y has no value for
     */
    public int[] classes(Tensor y, Tensor target) {
        return classes(y, target, "");
    }

    private int[] classes(Tensor y, Tensor target, String whose) {
        int rows = y.rows();
        if (target.size() != rows || target.batch() != y.batch()) {
            Require.that(false, "target" + whose, "a class for each of the " + rows + " rows of the model's output " + y
                    + (target.size() > rows ? " (a class for each step needs returnSequences(true))" : ""), target);
        }
        classes = classes.length >= rows ? classes : new int[rows];
        int perSample = rows / Math.max(y.batch(), 1);
        int perStep = y.mask() == null ? 1 : rows / (y.batch() * y.dim(1));
        boolean ended = false;
        for (int row = 0; row < rows; row++) {
            ended &= row % perSample != 0;
            float value = target.values()[row];
            boolean counts = value != IGNORE && !ended && (y.mask() == null || y.mask()[row / perStep]);
            int label = (int) value;
            if (counts && (label != value || label < 0 || label >= y.features())) {
                Require.that(false, "target[" + row + "]" + whose, "a class from 0 to " + (y.features() - 1) + ", or " + IGNORE,
                        value);
            }
            classes[row] = counts ? label : -1;
            ended |= counts && label == end;
        }
        return classes;
    }
}
