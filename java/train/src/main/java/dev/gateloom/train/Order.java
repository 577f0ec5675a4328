package dev.gateloom.train;

import dev.gateloom.train.internal.Require;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * In which order samples come: a function of the seed and the number of the round, so that a run can be resumed in any round.
 * With buckets, every so many batches in a row are sorted by length, and then the batches are shuffled.
 */
final class Order {
    private static final long STEP = 0x9E3779B97F4A7C15L;

    private final Dataset data;
    private final int batchSize;
    private final int[] samples;
    private final int[] batches;        // in which order they come
    private final int bucket;           // batches that are sorted together; 0 for none

    Order(Dataset data, int batchSize, int bucket) {
        Require.that(batchSize >= 1, "batchSize", "at least 1", batchSize);
        this.data = data;
        this.batchSize = batchSize;
        this.bucket = bucket;
        samples = new int[data.size()];
        batches = new int[(int) (((long) samples.length + batchSize - 1) / batchSize)];
        identity(samples);
        identity(batches);
    }

    private static void identity(int[] order) {
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
    }

    int batches() {
        return batches.length;
    }

    /** Draws the order of a round. */
    Order shuffle(long seed, int round) {
        identity(samples);
        identity(batches);
        if (data.ordered()) {
            return this;
        }
        SplittableRandom random = new SplittableRandom(seed + round * STEP);
        shuffle(samples, samples.length, random);
        if (bucket > 0) {
            long together = (long) bucket * batchSize;
            for (long from = 0; from < samples.length; from += together) {
                sortByLength((int) from, (int) Math.min(samples.length, from + together));
            }
            shuffle(batches, samples.length / batchSize, random);       // a smaller last one stays the last
        }
        return this;
    }

    private void sortByLength(int from, int to) {
        long[] keys = new long[to - from];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = (long) data.length(samples[from + i]) << 32 | samples[from + i];
        }
        Arrays.sort(keys);
        for (int i = 0; i < keys.length; i++) {
            samples[from + i] = (int) keys[i];
        }
    }

    /** Gathers batch number k of the round. */
    int gather(int k, Batch into) {
        int from = batches[k] * batchSize;
        int count = Math.min(batchSize, samples.length - from);
        data.gather(samples, from, count, into);
        return count;
    }

    /** Which sample a row of batch number k of the round is. */
    int sample(int k, int row) {
        return samples[batches[k] * batchSize + row];
    }

    /** Where batch number k starts among the samples, if nothing was shuffled. */
    int start(int k) {
        return batches[k] * batchSize;
    }

    /** Fisher and Yates. */
    private static void shuffle(int[] order, int count, SplittableRandom random) {
        for (int i = count - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int keep = order[i];
            order[i] = order[j];
            order[j] = keep;
        }
    }
}
