package dev.gateloom.train;

import dev.gateloom.nn.Tensor;
import dev.gateloom.train.internal.Require;

/**
 * A long sequence of tokens for truncated backpropagation through time: it is cut into {@code streams} parts that run side
 * by side, and these into chunks of {@code steps}. A batch is one chunk of every stream and goes on where the batch before
 * ended, so that a stateful model carries its state along. The target is the next token at each step. What is left over at
 * the end of a stream is not used.
 */
public final class Chunks implements Dataset {
    private final int[] tokens;
    private final int streams;
    private final int steps;
    private final int chunks;
    private final int perStream;

    /**
     * Cuts.
     *
     * @param tokens the sequence; used, not copied
     * @param streams B of every batch, at least 1: train with this batch size
     * @param steps T of every batch, at least 1
     */
    public Chunks(int[] tokens, int streams, int steps) {
        Require.that(streams >= 1, "streams", "at least 1", streams);
        Require.that(steps >= 1, "steps", "at least 1", steps);
        this.tokens = tokens;
        this.streams = streams;
        this.steps = steps;
        perStream = (tokens.length - 1) / streams;
        chunks = perStream / steps;
        Require.that(chunks >= 1, "tokens", "at least " + ((long) streams * steps + 1), tokens.length);
    }

    @Override
    public int size() {
        return chunks * streams;
    }

    @Override
    public boolean ordered() {
        return true;
    }

    @Override
    public void gather(int[] samples, int from, int count, Batch into) {
        if (count != streams || samples[from] % streams != 0) {
            Require.that(false, "batchSize", streams + ", the number of streams", count);
        }
        Tensor x = into.input(0).shape(streams, steps);
        Tensor target = into.target().shape(streams, steps);
        int first = samples[from] / streams * steps;
        for (int b = 0; b < streams; b++) {
            for (int t = 0; t < steps; t++) {
                int at = b * perStream + first + t;
                x.values()[b * steps + t] = tokens[at];
                target.values()[b * steps + t] = tokens[at + 1];
            }
        }
    }
}
