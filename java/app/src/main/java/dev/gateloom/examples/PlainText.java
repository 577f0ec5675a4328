package dev.gateloom.examples;

import java.util.Locale;

/** Text without capitals and punctuation. */
final class PlainText {

    private PlainText() {
    }

    /** Small letters and digits, and single spaces for all else except apostrophes, which vanish. */
    static String of(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("['\u2019]", "").replaceAll("[^\\p{L}\\p{M}\\p{N}]+", " ").strip();
    }
}
