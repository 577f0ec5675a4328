package dev.gateloom.examples;

import dev.gateloom.train.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What people say to an assistant, and what they want. The words known are those of the utterances to train on, without the
 * rarest ones, so that the network also meets words that it does not know.
 *
 * @param intents their names
 * @param texts the utterances
 * @param classes for each utterance the number of its intent
 * @param split which are trained on and which are held out
 * @param words those known
 */
record Utterances(List<String> intents, List<String> texts, int[] classes, Split split, Vocabulary words) {
    private static final double KNOWN = 0.75;

    /** From lines of intent, tab, utterance; those that start with # are left out. */
    static Utterances parse(List<String> lines) {
        List<String> intents = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        List<Integer> classes = new ArrayList<>();
        for (int n = 0; n < lines.size(); n++) {
            if (lines.get(n).startsWith("#")) {
                continue;
            }
            String[] fields = lines.get(n).split("\t", -1);
            if (fields.length != 2 || PlainText.of(fields[1]).isEmpty()) {
                throw new IllegalArgumentException("line " + (n + 1) + ": expected an intent, a tab and an utterance, got "
                        + lines.get(n));
            }
            if (!intents.contains(fields[0])) {
                intents.add(fields[0]);
            }
            classes.add(intents.indexOf(fields[0]));
            texts.add(PlainText.of(fields[1]));
        }
        int[] numbers = classes.stream().mapToInt(Integer::intValue).toArray();
        Split split = Split.everyFifthOfEachClass(numbers);
        String known = Arrays.stream(split.train()).mapToObj(texts::get).collect(Collectors.joining(" "));
        int most = (int) (KNOWN * Arrays.stream(known.split(" ")).distinct().count());
        return new Utterances(intents, texts, numbers, split, Vocabulary.words(known, most));
    }

    /** The tokens of each utterance. */
    int[][] tokens() {
        return texts.stream().map(words::encode).toArray(int[][]::new);
    }

    /** How often each utterance has each word, whatever the order: {@code [utterances, words]}. */
    float[] bagOfWords() {
        float[] counts = new float[texts.size() * words.size()];
        int[][] tokens = tokens();
        for (int i = 0; i < tokens.length; i++) {
            for (int token : tokens[i]) {
                counts[i * words.size() + token]++;
            }
        }
        return counts;
    }
}
