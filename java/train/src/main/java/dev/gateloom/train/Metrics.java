package dev.gateloom.train;

import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Loss;
import dev.gateloom.nn.MeanAbsoluteError;
import dev.gateloom.nn.MeanSquaredError;
import dev.gateloom.nn.Tensor;
import dev.gateloom.train.internal.Require;
import java.util.function.DoubleUnaryOperator;

/**
 * The usual metrics. Those of classes see a class number for each row of the answers, as {@link CrossEntropy} does, and like it
 * leave out ignored rows and masked steps; in a {@link Trainer} with that loss, also what it leaves out after the end of a
 * sequence. An answer that is NaN is never right.
 */
public final class Metrics {

    private Metrics() {
    }

    /**
     * The share of rows whose largest value is that of the right class.
     *
     * @return the metric
     */
    public static Metric accuracy() {
        return topK(1, "accuracy");
    }

    /**
     * The share of rows whose right class is among the k largest values; of equal values the first counts as larger.
     *
     * @param k at least 1
     * @return the metric
     */
    public static Metric topK(int k) {
        Require.that(k >= 1, "k", "at least 1", k);
        return topK(k, "top_" + k);
    }

    private static Metric topK(int k, String name) {
        return new Share(name, false) {
            @Override
            boolean hit(Tensor y, int row, int label) {
                int start = row * y.features();
                float right = y.values()[start + label];
                int before = 0;
                for (int j = 0; j < y.features(); j++) {
                    float v = y.values()[start + j];
                    before += v > right || v == right && j < label ? 1 : 0;
                }
                return before < k && !Float.isNaN(right);
            }
        };
    }

    /**
     * The share of right answers of a model with one output; the target is 0 or 1, or {@link CrossEntropy#IGNORE}.
     *
     * @param threshold above it the answer is 1: 0.5 for probabilities, 0 for logits
     * @return the metric
     */
    public static Metric binaryAccuracy(double threshold) {
        return new Share("accuracy", true) {
            @Override
            boolean hit(Tensor y, int row, int label) {
                return side(y.values()[row], threshold) == label;
            }
        };
    }

    /**
     * The mean absolute error.
     *
     * @return the metric
     */
    public static Metric mae() {
        return new Mean("mae", new MeanAbsoluteError(), v -> v);
    }

    /**
     * The root of the mean squared error.
     *
     * @return the metric
     */
    public static Metric rmse() {
        return new Mean("rmse", new MeanSquaredError(), Math::sqrt);
    }

    /**
     * {@code exp} of the mean cross-entropy.
     *
     * @param loss says what counts, and whether answers are logits
     * @return the metric
     */
    public static Metric perplexity(CrossEntropy loss) {
        return new Mean("perplexity", loss, Math::exp);
    }

    /**
     * The mean over all classes of {@code 2·tp / (2·tp + fp + fn)}; classes that occur neither in targets nor in answers are
     * left out. For a model with one output there is {@link #binaryF1}.
     *
     * @return the metric
     */
    public static Metric f1() {
        return new F1(false) {
            @Override
            int answer(Tensor y, int row) {
                return largest(y.values(), row * y.features(), y.features());
            }
        };
    }

    /**
     * {@code 2·tp / (2·tp + fp + fn)} of a model with one output, 1 being the class that is looked for; the target is 0 or 1, or
     * {@link CrossEntropy#IGNORE}. NaN if no 1 occurs, neither in targets nor in answers.
     *
     * @param threshold above it the answer is 1: 0.5 for probabilities, 0 for logits
     * @return the metric
     */
    public static Metric binaryF1(double threshold) {
        return new F1(true) {
            @Override
            int answer(Tensor y, int row) {
                return side(y.values()[row], threshold);
            }
        };
    }

    /** The class that one output means; -1 for NaN. */
    private static int side(float value, double threshold) {
        return Float.isNaN(value) ? -1 : value > threshold ? 1 : 0;
    }

    /** Which of n values is the largest; -1 if all are NaN. */
    private static int largest(float[] values, int start, int n) {
        int best = -1;
        for (int j = 0; j < n; j++) {
            float v = values[start + j];
            if (!Float.isNaN(v) && (best < 0 || v > values[start + best])) {
                best = j;
            }
        }
        return best;
    }

    /** Visits rows that count. */
    private abstract static class Rows implements Metric {
        private final Tensor pairs;         // as many rows as one output has, a value for each of the two classes
        private CrossEntropy counting = new CrossEntropy();

        Rows(boolean binary) {
            pairs = binary ? new Tensor() : null;
        }

        abstract void row(Tensor y, int row, int label);

        private int[] classes(Tensor y, Tensor target) {
            if (pairs == null) {
                return counting.classes(y, target);
            }
            Require.that(y.rank() >= 2 && y.features() == 1, "y", "one value in each row", y);
            return counting.classes(pairs.like(y, 2).mask(y.mask()), target);
        }

        @Override
        public final void follow(Loss loss) {
            counting = loss instanceof CrossEntropy c ? c : new CrossEntropy();
        }

        @Override
        public final void add(Tensor y, Tensor target) {
            int[] classes = classes(y, target);
            for (int row = 0; row < y.rows(); row++) {
                if (classes[row] >= 0) {
                    row(y, row, classes[row]);
                }
            }
        }
    }

    private abstract static class Share extends Rows {
        private final String name;
        private long hits;
        private long rows;

        Share(String name, boolean binary) {
            super(binary);
            this.name = name;
        }

        abstract boolean hit(Tensor y, int row, int label);

        @Override
        public String name() {
            return name;
        }

        @Override
        public void reset() {
            hits = 0;
            rows = 0;
        }

        @Override
        void row(Tensor y, int row, int label) {
            hits += hit(y, row, label) ? 1 : 0;
            rows++;
        }

        @Override
        public double result() {
            return rows == 0 ? Double.NaN : (double) hits / rows;
        }
    }

    /** A function of a mean that a loss computes. */
    private static final class Mean implements Metric {
        private final String name;
        private final Loss loss;
        private final DoubleUnaryOperator of;
        private double sum;
        private long terms;

        Mean(String name, Loss loss, DoubleUnaryOperator of) {
            this.name = name;
            this.loss = loss;
            this.of = of;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void reset() {
            sum = 0;
            terms = 0;
        }

        @Override
        public void add(Tensor y, Tensor target) {
            long count = loss.count(y, target);
            sum += loss.compute(y, target, null) * count;
            terms += count;
        }

        @Override
        public double result() {
            return terms == 0 ? Double.NaN : of.applyAsDouble(sum / terms);
        }
    }

    private abstract static class F1 extends Rows {
        private final boolean binary;
        private long[] hits = new long[0];
        private long[] answered = new long[0];
        private long[] right = new long[0];

        F1(boolean binary) {
            super(binary);
            this.binary = binary;
        }

        /** The class that a row answers; -1 for none. */
        abstract int answer(Tensor y, int row);

        @Override
        public String name() {
            return "f1";
        }

        @Override
        public void reset() {
            hits = new long[0];
        }

        @Override
        void row(Tensor y, int row, int label) {
            int classes = binary ? 2 : y.features();
            if (hits.length != classes) {
                hits = new long[classes];
                answered = new long[classes];
                right = new long[classes];
            }
            int answer = answer(y, row);
            right[label]++;
            if (answer >= 0) {
                answered[answer]++;
                hits[label] += answer == label ? 1 : 0;
            }
        }

        @Override
        public double result() {
            double sum = 0;
            int classes = 0;
            for (int c = binary ? 1 : 0; c < hits.length; c++) {
                if (answered[c] + right[c] > 0) {
                    sum += 2.0 * hits[c] / (answered[c] + right[c]);
                    classes++;
                }
            }
            return classes == 0 ? Double.NaN : sum / classes;
        }
    }
}
