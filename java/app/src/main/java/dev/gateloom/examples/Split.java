package dev.gateloom.examples;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which samples are trained on and which are held out: the same ones at every run, whatever the seed. Generated data are the
 * same at every run too, made from {@link #TRAINING_SEED} and {@link #HELD_OUT_SEED}: scores of several seeds differ by training
 * alone.
 *
 * @param train numbers of the samples to train on
 * @param held numbers of the others
 */
record Split(int[] train, int[] held) {
    /** Seed of generated data to train on. */
    static final long TRAINING_SEED = 1;
    /** Seed of generated data that are held out. */
    static final long HELD_OUT_SEED = 2;
    private static final int EVERY = 5;

    /** Of so many samples the last one of each {@code of} in a row is held out. */
    static Split oneOf(int of, int samples) {
        return new Split(IntStream.range(0, samples).filter(i -> i % of != of - 1).toArray(),
                IntStream.range(0, samples).filter(i -> i % of == of - 1).toArray());
    }

    /** Stratified 80/20: of each class every fifth sample, in the order in which they come, is held out. */
    static Split everyFifthOfEachClass(int[] classes) {
        Map<Integer, Integer> seen = new HashMap<>();
        boolean[] out = new boolean[classes.length];
        for (int i = 0; i < classes.length; i++) {
            out[i] = seen.merge(classes[i], 1, Integer::sum) % EVERY == 0;
        }
        Split split = new Split(IntStream.range(0, out.length).filter(i -> !out[i]).toArray(),
                IntStream.range(0, out.length).filter(i -> out[i]).toArray());
        if (split.held.length == 0) {
            throw new IllegalArgumentException("expected at least " + EVERY + " samples of a class, got " + classes.length
                    + " samples of " + seen.size() + " classes");
        }
        return split;
    }

    /** What share of the held-out samples is of the class that is most frequent in training. */
    double shareOfLargest(int[] classes) {
        int[] counts = new int[Arrays.stream(classes).max().orElseThrow() + 1];
        Arrays.stream(train).forEach(i -> counts[classes[i]]++);
        int largest = IntStream.range(0, counts.length).reduce(0, (a, b) -> counts[b] > counts[a] ? b : a);
        return Arrays.stream(held).filter(i -> classes[i] == largest).count() / (double) held.length;
    }
}
