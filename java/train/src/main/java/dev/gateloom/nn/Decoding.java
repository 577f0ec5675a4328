package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Finds the answer of an {@link EncoderDecoder}, token by token, the state carried along. */
public final class Decoding {
    private final EncoderDecoder model;
    private final int begin;
    private final int end;
    private final int longest;

    /**
     * An answer.
     *
     * @param tokens without begin and end
     * @param logProbability of the tokens, and of the end if it was reached
     * @param ended whether it ends by itself rather than by its length
     * @param attention for each token (and the end) the weights over the source, {@code [tokens][Tv]}; empty if the decoder has
     *     no further output
     */
    public record Answer(List<Integer> tokens, double logProbability, boolean ended, List<float[]> attention) {
    }

    /** An answer in the making, with the state that goes with it. */
    private record Beam(List<Integer> tokens, double logProbability, boolean ended, List<float[]> attention,
            float[][] state) {

        /** Log probability by token, so that long answers are not at a disadvantage. */
        double score() {
            return logProbability / Math.max(1, tokens.size() + (ended ? 1 : 0));
        }
    }

    /**
     * Prepares.
     *
     * @param model trained with teacher forcing
     * @param begin token that starts every answer
     * @param end token that ends it
     * @param longest tokens of an answer at most
     */
    public Decoding(EncoderDecoder model, int begin, int end, int longest) {
        int[] logits = model.decoder().outputShape(0);
        int tokens = logits[logits.length - 1];
        Require.that(begin >= 0, "begin", "a token that the decoder reads, at least 0", begin);
        Require.that(end >= 0 && end < tokens, "end", "a token from 0 to " + (tokens - 1), end);
        Require.that(longest >= 1, "longest", "at least 1", longest);
        this.model = model;
        this.begin = begin;
        this.end = end;
        this.longest = longest;
    }

    /**
     * The most probable token at each step.
     *
     * @param source tokens
     * @return the answer
     */
    public Answer greedy(int[] source) {
        return beam(source, 1).get(0);
    }

    /**
     * Keeps the most probable answers at each step.
     *
     * @param source tokens
     * @param width how many, at least 1
     * @return at most {@code width} answers, the one with the highest log probability by token first
     */
    public List<Answer> beam(int[] source, int width) {
        Require.that(width >= 1, "width", "at least 1", width);
        Tensor[] encoded = encode(source);
        int states = model.stateCount();
        float[][] first = new float[states][];
        for (int i = 0; i < states; i++) {
            Tensor state = encoded[encoded.length - states + i];
            first[i] = Arrays.copyOf(state.values(), state.size());
        }
        List<Beam> beams = List.of(new Beam(List.of(), 0, false, List.of(), first));
        for (int step = 0; step < longest && !beams.stream().allMatch(Beam::ended); step++) {
            beams = extend(beams, encoded, width);
        }
        return beams.stream().sorted(Comparator.comparingDouble(Beam::score).reversed())
                .map(b -> new Answer(b.tokens, b.logProbability, b.ended, b.attention)).toList();
    }

    private Tensor[] encode(int[] source) {
        Require.that(source.length >= 1, "source", "at least one token", "none");
        Tensor x = new Tensor(1, source.length);
        for (int t = 0; t < source.length; t++) {
            x.values()[t] = source[t];
        }
        Tensor[] encoded = new Tensor[model.encoder().outputCount()];
        for (int i = 0; i < encoded.length; i++) {
            encoded[i] = new Tensor();
        }
        model.encoder().forward(new Tensor[] {x}, encoded, false);
        return encoded;
    }

    /** Every unfinished beam by every token; the best of them and of the finished ones go on. */
    private List<Beam> extend(List<Beam> beams, Tensor[] encoded, int width) {
        List<Beam> open = beams.stream().filter(b -> !b.ended).toList();
        List<Beam> next = new ArrayList<>(beams.stream().filter(Beam::ended).toList());
        Tensor[] y = step(open, encoded);
        int tokens = y[0].features();
        for (int b = 0; b < open.size(); b++) {
            double[] log = logSoftmax(y[0].values(), b * tokens, tokens);
            Integer[] best = new Integer[tokens];
            Arrays.setAll(best, k -> k);
            Arrays.sort(best, (p, q) -> Double.compare(log[q], log[p]));
            for (int k = 0; k < Math.min(width, tokens); k++) {
                next.add(extended(open.get(b), best[k], log[best[k]], y, b));
            }
        }
        next.sort(Comparator.comparingDouble(Beam::score).reversed());
        return next.subList(0, Math.min(width, next.size()));
    }

    private Beam extended(Beam from, int token, double log, Tensor[] y, int row) {
        List<Integer> tokens = new ArrayList<>(from.tokens);
        if (token != end) {
            tokens.add(token);
        }
        int states = model.stateCount();
        float[][] state = new float[states][];
        for (int i = 0; i < states; i++) {
            state[i] = row(y[1 + i], row);
        }
        List<float[]> attention = new ArrayList<>(from.attention);
        if (y.length > 1 + states) {
            attention.add(row(y[1 + states], row));
        }
        return new Beam(tokens, from.logProbability + log, token == end, attention, state);
    }

    /** One step of the decoder for all open beams at once. */
    private Tensor[] step(List<Beam> open, Tensor[] encoded) {
        int states = model.stateCount();
        int count = open.size();
        Tensor[] x = new Tensor[1 + encoded.length];
        x[0] = new Tensor(count, 1);
        for (int b = 0; b < count; b++) {
            List<Integer> tokens = open.get(b).tokens;
            x[0].values()[b] = tokens.isEmpty() ? begin : tokens.get(tokens.size() - 1);
        }
        for (int i = 0; i < encoded.length; i++) {
            int which = i - (encoded.length - states);
            Tensor many = repeat(encoded[i], count);
            for (int b = 0; b < count && which >= 0; b++) {
                float[] state = open.get(b).state[which];
                System.arraycopy(state, 0, many.values(), b * state.length, state.length);
            }
            x[1 + i] = many;
        }
        Tensor[] y = new Tensor[model.decoder().outputCount()];
        for (int i = 0; i < y.length; i++) {
            y[i] = new Tensor();
        }
        model.decoder().forward(x, y, false);
        return y;
    }

    private static Tensor repeat(Tensor one, int count) {
        int[] sample = new int[one.rank() - 1];
        for (int axis = 1; axis < one.rank(); axis++) {
            sample[axis - 1] = one.dim(axis);
        }
        Tensor many = new Tensor().shape(count, sample);
        boolean[] mask = one.mask() == null ? null : new boolean[count * one.dim(1)];
        for (int b = 0; b < count; b++) {
            System.arraycopy(one.values(), 0, many.values(), b * one.size(), one.size());
            if (mask != null) {
                System.arraycopy(one.mask(), 0, mask, b * one.dim(1), one.dim(1));
            }
        }
        return many.mask(mask);
    }

    private static float[] row(Tensor t, int sample) {
        int size = t.size() / t.batch();
        return Arrays.copyOfRange(t.values(), sample * size, (sample + 1) * size);
    }

    private static double[] logSoftmax(float[] v, int start, int n) {
        double max = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < n; k++) {
            max = Math.max(max, v[start + k]);
        }
        double sum = 0;
        for (int k = 0; k < n; k++) {
            sum += Math.exp(v[start + k] - max);
        }
        double[] log = new double[n];
        for (int k = 0; k < n; k++) {
            log[k] = v[start + k] - max - Math.log(sum);
        }
        return log;
    }
}
