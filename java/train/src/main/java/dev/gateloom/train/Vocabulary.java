package dev.gateloom.train;

import dev.gateloom.train.internal.Require;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Turns text into tokens and back: characters (Unicode code points), or words between white space. Token
 * {@link Tokens#PADDING} is padding, {@link #UNKNOWN} is everything that was not in the text it was fitted on, then come
 * {@link #BEGIN} and {@link #END}, then characters or words, the most frequent first.
 */
public final class Vocabulary {
    /** Token of what was not seen. */
    public static final int UNKNOWN = 1;
    /** Token that starts an answer. */
    public static final int BEGIN = 2;
    /** Token that ends one. */
    public static final int END = 3;
    private static final List<String> SPECIAL = List.of("", "\uFFFD", "", "");

    private final boolean words;
    private final List<String> texts;
    private final Map<String, Integer> tokens = new HashMap<>();

    private Vocabulary(boolean words, String text, int most) {
        this.words = words;
        Require.that(most >= 1, "most", "at least 1", most);
        Map<String, Long> counts = parts(words, text).stream().collect(Collectors.groupingBy(p -> p, Collectors.counting()));
        texts = new ArrayList<>(SPECIAL);
        counts.keySet().stream().sorted(Comparator.comparing((String p) -> counts.get(p)).reversed()
                .thenComparing(Comparator.naturalOrder())).limit(most).forEach(texts::add);
        for (int token = SPECIAL.size(); token < texts.size(); token++) {
            tokens.put(texts.get(token), token);
        }
    }

    /**
     * The characters of a text.
     *
     * @param text of the training part
     * @return the vocabulary
     */
    public static Vocabulary characters(String text) {
        return new Vocabulary(false, text, Integer.MAX_VALUE);
    }

    /**
     * The words of a text.
     *
     * @param text of the training part
     * @param most words at most: the most frequent, of equally frequent ones the first in the alphabet
     * @return the vocabulary
     */
    public static Vocabulary words(String text, int most) {
        return new Vocabulary(true, text, most);
    }

    private static List<String> parts(boolean words, String text) {
        return words ? Arrays.stream(text.split("\\s+")).filter(w -> !w.isEmpty()).toList()
                : text.codePoints().mapToObj(Character::toString).toList();
    }

    /**
     * Number of tokens, the four special ones included.
     *
     * @return what an {@link dev.gateloom.nn.Embedding} takes as entries
     */
    public int size() {
        return texts.size();
    }

    /**
     * The tokens of a text.
     *
     * @param text any text
     * @return one for each character or word
     */
    public int[] encode(String text) {
        return parts(words, text).stream().mapToInt(p -> tokens.getOrDefault(p, UNKNOWN)).toArray();
    }

    /**
     * The text of tokens; padding, begin and end give nothing.
     *
     * @param answer tokens
     * @return the text, words with a space between them
     */
    public String decode(Iterable<Integer> answer) {
        List<String> parts = new ArrayList<>();
        for (int token : answer) {
            Require.that(token >= 0 && token < size(), "token", "0 to " + (size() - 1), token);
            if (!texts.get(token).isEmpty()) {
                parts.add(texts.get(token));
            }
        }
        return String.join(words ? " " : "", parts);
    }
}
