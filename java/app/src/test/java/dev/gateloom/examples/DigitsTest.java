package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** The digits and their means. */
class DigitsTest {

    static Digits digits() throws IOException {
        try (InputStream in = new GZIPInputStream(Example.class.getResourceAsStream(Digits.RESOURCE))) {
            return Digits.parse(Context.lines(in));
        }
    }

    @Test
    void everyDigitIsHeldOutOnceInFive() throws IOException {
        Digits digits = digits();
        assertEquals(1797, digits.labels().length);
        for (int digit = 0; digit < Digits.CLASSES; digit++) {
            int which = digit;
            long all = Arrays.stream(digits.labels()).filter(l -> l == which).count();
            assertEquals(all / 5, Arrays.stream(digits.split().held()).filter(i -> digits.labels()[i] == which).count());
        }
        assertEquals(1797, IntStream.concat(Arrays.stream(digits.split().train()), Arrays.stream(digits.split().held()))
                .distinct().count());
    }

    @Test
    void wrongLinesAreRefused() {
        String row = "0,".repeat(64);
        assertEquals("line 2: expected a finite number, got NaN", assertThrows(IllegalArgumentException.class,
                () -> Digits.parse(List.of(row + "7", "NaN," + row.substring(2) + "7"))).getMessage());
        assertThrows(IllegalArgumentException.class, () -> Digits.parse(List.of(row + "10")));
        assertThrows(IllegalArgumentException.class, () -> Digits.parse(List.of(row)));
        assertThrows(IllegalArgumentException.class, () -> Digits.parse(List.of(row + "7")));
        List<String> onlySevens = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            onlySevens.add(row + "7");
        }
        assertEquals("expected at least five of each digit, got too few of some",
                assertThrows(IllegalArgumentException.class, () -> Digits.parse(onlySevens)).getMessage());
    }

    /** Two drawings of a one, inked in pixel 0 both and in pixel 1 once. */
    @Test
    void meansAreSharesOfInk() {
        float[][] inked = new float[3][64];
        inked[0][0] = 1;
        inked[1][0] = 1;
        inked[1][1] = 1;
        inked[2][5] = 1;
        ClassMeans means = new ClassMeans(inked, new int[] {1, 1, 2}, new int[] {0, 1, 2});
        double log2 = Math.log(2);
        double expected = -(Math.log(3 / 4.0) + Math.log(2 / 4.0) + 62 * Math.log(3 / 4.0)) / log2 / 64;
        assertEquals(64 * expected, means.bits(inked[0])[1], 1e-10);
        assertEquals(64, means.bits(inked[0])[3], 1e-10, "nothing is known of a three");
        assertEquals(1, means.nearest(inked[1]));
        assertEquals(2, means.nearest(inked[2]));
        assertEquals(0.5, means.errorRate(new float[][] {inked[1], inked[2]}, new int[] {1, 1}));
    }
}
