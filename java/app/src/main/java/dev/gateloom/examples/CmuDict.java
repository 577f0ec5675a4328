package dev.gateloom.examples;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * English words and how they sound: letters a to z and the apostrophe, and the 39 phonemes without their stress. Source and
 * licence: the project's NOTICE. Of words with several readings the first one.
 *
 * @param words small letters
 * @param sounds phonemes with a space between them
 */
record CmuDict(List<String> words, List<String> sounds) {
    static final String RESOURCE = "cmudict.txt.gz";
    private static final int FEWEST = 10;

    /** From lines {@code WORD  PH OH N EME S}. */
    static CmuDict parse(List<String> lines) {
        CmuDict dict = new CmuDict(new ArrayList<>(), new ArrayList<>());
        for (String line : lines) {
            String[] parts = line.split("  ", 2);
            if (parts.length == 2 && parts[0].matches("[A-Z']+")) {         // a second reading ends in (1)
                dict.words.add(parts[0].toLowerCase(Locale.ROOT));
                dict.sounds.add(parts[1].replaceAll("[0-9]", ""));
            }
        }
        if (dict.words.size() < FEWEST) {
            throw new IllegalArgumentException("expected at least " + FEWEST + " lines like \"WORD  W ER1 D\", got "
                    + dict.words.size());
        }
        return dict;
    }

    /**
     * The phoneme that each letter stands for most often, counted over those words that have as many letters as phonemes.
     *
     * @param train numbers of the words to count
     */
    Map<Character, String> mostFrequentPhonemes(int[] train) {
        Map<Character, Map<String, Integer>> counts = new HashMap<>();
        for (int i : train) {
            String word = words.get(i);
            String[] phonemes = sounds.get(i).split(" ");
            for (int k = 0; word.length() == phonemes.length && k < phonemes.length; k++) {
                counts.computeIfAbsent(word.charAt(k), c -> new HashMap<>()).merge(phonemes[k], 1, Integer::sum);
            }
        }
        Map<Character, String> best = new HashMap<>();
        counts.forEach((letter, of) -> best.put(letter, of.entrySet().stream()
                .max(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .orElseThrow().getKey()));
        return best;
    }
}
