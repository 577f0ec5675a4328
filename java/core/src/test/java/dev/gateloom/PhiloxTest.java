package dev.gateloom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PhiloxTest {

    /** The known answers that Salmon et al. publish with Random123 for philox4x32, 10 rounds. */
    @Test
    void knownAnswers() {
        assertWords(new int[] {0, 0, 0, 0}, new int[] {0, 0},
                new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
        assertWords(new int[] {-1, -1, -1, -1}, new int[] {-1, -1},
                new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
        assertWords(new int[] {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, new int[] {0xa4093822, 0x299f31d0},
                new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
    }

    @Test
    void numbersAreTheWordsOfTheirCounter() {
        long seed = 0x1234567890abcdefL;
        long index = (5L << 34) + 4 * 77 + 3;          // counter 5·2^32 + 77, word 3
        int word = Philox.word(77, 5, 9, 11, 0x90abcdef, 0x12345678, 3);
        assertEquals((word >>> 8) * 0x1p-24f, Philox.uniform(seed, 9, 11, index));
    }

    @Test
    void numbersAreUniform() {
        int n = 1 << 18;
        int[] bins = new int[64];
        double sum = 0;
        for (int i = 0; i < n; i++) {
            float u = Philox.uniform(3, 1, 0, i);
            assertTrue(u >= 0 && u < 1, "in [0, 1): " + u);
            bins[(int) (u * 64)]++;
            sum += u;
        }
        assertEquals(0.5, sum / n, 5 / Math.sqrt(12.0 * n), "mean within five standard errors");
        double chi2 = 0;
        for (int count : bins) {
            chi2 += (count - n / 64.0) * (count - n / 64.0) / (n / 64.0);
        }
        assertEquals(63, chi2, 5 * Math.sqrt(2 * 63), "chi-squared with 63 degrees of freedom");
    }

    @Test
    void everyArgumentMatters() {
        float base = Philox.uniform(1, 2, 3, 4);
        assertNotEquals(base, Philox.uniform(2, 2, 3, 4));
        assertNotEquals(base, Philox.uniform(1L << 32 | 1, 2, 3, 4));
        assertNotEquals(base, Philox.uniform(1, 3, 3, 4));
        assertNotEquals(base, Philox.uniform(1, 2, 4, 4));
        assertNotEquals(base, Philox.uniform(1, 2, 3, 5));
        assertNotEquals(base, Philox.uniform(1, 2, 3, (1L << 40) + 4));
    }

    private static void assertWords(int[] counter, int[] key, int[] expected) {
        for (int i = 0; i < 4; i++) {
            int word = Philox.word(counter[0], counter[1], counter[2], counter[3], key[0], key[1], i);
            assertEquals(Integer.toHexString(expected[i]), Integer.toHexString(word), "word " + i);
        }
    }
}
