package dev.gateloom.examples;

import java.util.HashMap;
import java.util.Map;

/**
 * An n-gram model with the interpolation of Witten and Bell (1991), in the form of Chen and Goodman (1999): with n(h) the
 * number of times that context h was seen, and d(h) the number of different tokens that followed it,
 *
 * <pre>p(w | h) = (n(h w) + d(h) · p(w | h without its first token)) / (n(h) + d(h))</pre>
 *
 * and below the single token a uniform distribution.
 */
final class WittenBell {
    private final int order;
    private final int alphabet;
    private final Map<Long, int[]> contexts = new HashMap<>();      // n(h), d(h)
    private final Map<Long, int[]> followed = new HashMap<>();      // n(h w)

    /**
     * Counts.
     *
     * @param tokens what is learnt, each from 0 to {@code alphabet - 1}
     * @param order n: a token is foretold from the n - 1 before it
     * @param alphabet how many tokens there can be
     */
    WittenBell(int[] tokens, int order, int alphabet) {
        if (order < 1 || alphabet > largestAlphabet(order)) {
            throw new IllegalArgumentException("order: expected 1 to " + (int) (Math.log(Long.MAX_VALUE)
                    / Math.log(alphabet + 1)) + " for an alphabet of " + alphabet + ", got " + order);
        }
        this.order = order;
        this.alphabet = alphabet;
        for (int at = 0; at < tokens.length; at++) {
            for (int length = 0; length < order && length <= at; length++) {
                long context = key(tokens, at - length, at);
                int[] seen = contexts.computeIfAbsent(context, k -> new int[2]);
                int[] pair = followed.computeIfAbsent(key(tokens, at - length, at + 1), k -> new int[1]);
                seen[0]++;
                seen[1] += pair[0] == 0 ? 1 : 0;
                pair[0]++;
            }
        }
    }

    /** How many tokens there can be so that each sequence of {@code order} of them is a number of its own. */
    static int largestAlphabet(int order) {
        return (int) Math.min(Integer.MAX_VALUE, Math.floor(Math.pow(Long.MAX_VALUE, 1.0 / order))) - 1;
    }

    /** Tokens [from, to) as one number; digits start at 1 so that sequences of different lengths differ. */
    private long key(int[] tokens, int from, int to) {
        long key = 0;
        for (int i = from; i < to; i++) {
            key = key * (alphabet + 1) + tokens[i] + 1;
        }
        return key;
    }

    /** The probability of {@code tokens[at]} after those before it. */
    double probability(int[] tokens, int at) {
        double p = 1.0 / alphabet;
        for (int length = 0; length < order && length <= at; length++) {
            int[] seen = contexts.get(key(tokens, at - length, at));
            if (seen == null) {
                break;                                  // longer contexts were not seen either
            }
            int[] pair = followed.get(key(tokens, at - length, at + 1));
            p = ((pair == null ? 0 : pair[0]) + seen[1] * p) / (seen[0] + seen[1]);
        }
        return p;
    }

    /** {@code exp} of the mean of {@code -log p} over tokens [from, to). */
    double perplexity(int[] tokens, int from, int to) {
        double sum = 0;
        for (int at = from; at < to; at++) {
            sum -= Math.log(probability(tokens, at));
        }
        return Math.exp(sum / (to - from));
    }
}
