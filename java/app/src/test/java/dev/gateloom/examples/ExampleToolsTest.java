package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What several examples share, and their baselines. */
class ExampleToolsTest {

    @Test
    void everyFifthOfAClassIsHeldOut() {
        Split split = Split.everyFifthOfEachClass(new int[] {0, 1, 0, 0, 0, 1, 0, 1, 1, 1, 0});
        assertArrayEquals(new int[] {6, 9}, split.held());
        assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 7, 8, 10}, split.train());
        assertEquals(0.5, split.shareOfLargest(new int[] {0, 1, 0, 0, 0, 1, 0, 1, 1, 1, 0}));
        assertThrows(IllegalArgumentException.class, () -> Split.everyFifthOfEachClass(new int[] {0, 1, 2, 3, 4, 5}));
        assertArrayEquals(new int[] {2, 5}, Split.oneOf(3, 8).held());
    }

    @Test
    void editsAreCounted() {
        assertEquals(3, EditDistance.between(List.of("k", "i", "t", "t", "e", "n"), List.of("s", "i", "t", "t", "i", "n", "g")));
        assertEquals(2, EditDistance.between(List.of(), List.of(1, 2)));
        assertEquals(2, EditDistance.between(List.of(1, 2), List.of()));
        assertEquals(0, EditDistance.between(List.of(1, 2), List.of(1, 2)));
        assertEquals(1, EditDistance.between(List.of(1, 2, 3), List.of(1, 3)));
    }

    @Test
    void drawsFollowTheProbabilities() {
        double[] p = Sampling.softmax(new float[] {9, 0, (float) Math.log(3), Float.NEGATIVE_INFINITY}, 1, 3, 1);
        assertArrayEquals(new double[] {0.25, 0.75, 0}, p, 1e-7);
        assertArrayEquals(new double[] {0.1, 0.9}, Sampling.softmax(new float[] {0, (float) Math.log(3)}, 0, 2, 0.5), 1e-7);
        SplittableRandom random = new SplittableRandom(3);
        int[] counts = new int[3];
        for (int i = 0; i < 4000; i++) {
            counts[Sampling.draw(p, random)]++;
        }
        assertEquals(3000, counts[1], 150);
        assertEquals(0, counts[2]);
        assertEquals(1, Sampling.largest(new float[] {1, 3, 2, 3}));
    }

    @Test
    void firstReadingsWithoutStress() {
        CmuDict dict = CmuDict.parse(Stream.concat(Stream.of("A  AH0", "A(1)  EY1", "A'S  EY1 Z", "A.  EY1", ";;; comment",
                "CAB  K AE1 B", "ACE  EY1 S"), "BDFGHI".chars().mapToObj(c -> (char) c + "  X")).toList());
        assertEquals(List.of("a", "a's", "cab", "ace"), dict.words().subList(0, 4));
        assertEquals(List.of("AH", "EY Z", "K AE B", "EY S"), dict.sounds().subList(0, 4));
        assertEquals(Map.of('c', "K", 'a', "AE", 'b', "B"), dict.mostFrequentPhonemes(new int[] {1, 2, 3}),
                "as many letters as phonemes has only cab");
        assertThrows(IllegalArgumentException.class, () -> CmuDict.parse(List.of("A  AH0")));
    }

    @Test
    void textKeepsLettersDigitsAndSingleSpaces() {
        String text = "Don\u2019t \u2014 call me 'Ishmael'!\n\nCHAPTER 1. ".repeat(2);
        assertEquals("dont call me ishmael chapter 1 ".repeat(2).strip(), PlainText.of(text));
    }

    /** A class for each side of a line that a plane can separate, and one that it cannot. */
    @Test
    void logisticRegressionSeparatesWhatAPlaneCan() {
        SplittableRandom random = new SplittableRandom(8);
        int count = 200;
        float[] rows = new float[2 * count];
        int[] line = new int[count];
        int[] checks = new int[count];
        for (int i = 0; i < count; i++) {
            rows[2 * i] = (float) (2 * random.nextDouble() - 1);
            rows[2 * i + 1] = (float) (2 * random.nextDouble() - 1);
            line[i] = rows[2 * i] + 2 * rows[2 * i + 1] > 0 ? 1 : 0;
            checks[i] = rows[2 * i] * rows[2 * i + 1] > 0 ? 1 : 0;
        }
        try (RnnEngine engine = Engines.get("cpu")) {
            assertTrue(LogisticRegression.accuracy(engine, rows, line, Split.everyFifthOfEachClass(line)) > 0.94);
            assertTrue(LogisticRegression.accuracy(engine, rows, checks, Split.everyFifthOfEachClass(checks)) < 0.75);
        }
    }
}
