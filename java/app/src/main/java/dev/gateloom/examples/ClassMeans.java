package dev.gateloom.examples;

/** The mean drawing of each digit: for every pixel the share of drawings with ink there. */
final class ClassMeans {
    private final int[] counts = new int[Digits.CLASSES];
    private final int[][] ink = new int[Digits.CLASSES][Digits.SIZE * Digits.SIZE];     // drawings with ink at a pixel

    /**
     * Counts.
     *
     * @param inked drawings, 1 where there is ink and 0 elsewhere
     * @param labels which digit each is
     * @param chosen numbers of the drawings to count
     */
    ClassMeans(float[][] inked, int[] labels, int[] chosen) {
        for (int i : chosen) {
            counts[labels[i]]++;
            for (int p = 0; p < inked[i].length; p++) {
                ink[labels[i]][p] += inked[i][p] > 0 ? 1 : 0;
            }
        }
    }

    /**
     * How surprising a drawing is as one of each digit, if each pixel is inked by itself as often as in the mean: in bits. One is
     * added to the drawings with ink and to those without, since nothing is impossible.
     */
    double[] bits(float[] inked) {
        double[] bits = new double[counts.length];
        for (int digit = 0; digit < bits.length; digit++) {
            for (int p = 0; p < inked.length; p++) {
                double chance = (ink[digit][p] + 1.0) / (counts[digit] + 2);
                bits[digit] -= Math.log(inked[p] > 0 ? chance : 1 - chance) / Math.log(2);
            }
        }
        return bits;
    }

    /** The share of drawings whose nearest mean is that of another digit. */
    double errorRate(float[][] inked, int[] labels) {
        int wrong = 0;
        for (int i = 0; i < inked.length; i++) {
            wrong += nearest(inked[i]) == labels[i] ? 0 : 1;
        }
        return (double) wrong / inked.length;
    }

    /** The digit whose mean is nearest to a drawing. */
    int nearest(float[] inked) {
        int nearest = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int digit = 0; digit < counts.length; digit++) {
            double distance = 0;
            for (int p = 0; p < inked.length; p++) {
                double mean = (double) ink[digit][p] / counts[digit];
                distance += (inked[p] - mean) * (inked[p] - mean);
            }
            if (distance < least) {
                least = distance;
                nearest = digit;
            }
        }
        return nearest;
    }
}
