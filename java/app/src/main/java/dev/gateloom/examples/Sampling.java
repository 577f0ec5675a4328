package dev.gateloom.examples;

import java.util.SplittableRandom;

/** Makes choices of what a network answers. */
final class Sampling {

    private Sampling() {
    }

    /**
     * Probabilities {@code exp(v / temperature) / Σ}: a low temperature favours the likely, a high one levels them.
     *
     * @param logits values [from, from + count)
     */
    static double[] softmax(float[] logits, int from, int count, double temperature) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            max = Math.max(max, logits[from + i]);
        }
        double[] p = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            p[i] = Math.exp((logits[from + i] - max) / temperature);
            sum += p[i];
        }
        for (int i = 0; i < count; i++) {
            p[i] /= sum;
        }
        return p;
    }

    /** An index, each with its probability. */
    static int draw(double[] probabilities, SplittableRandom random) {
        double left = random.nextDouble();
        int last = 0;
        for (int i = 0; i < probabilities.length; i++) {
            if (probabilities[i] > 0) {
                last = i;                                   // rounding may leave a rest at the end
                left -= probabilities[i];
                if (left < 0) {
                    return i;
                }
            }
        }
        return last;
    }

    /** The index of the largest value, the first of equal ones. */
    static int largest(float[] values) {
        int largest = 0;
        for (int i = 1; i < values.length; i++) {
            largest = values[i] > values[largest] ? i : largest;
        }
        return largest;
    }
}
