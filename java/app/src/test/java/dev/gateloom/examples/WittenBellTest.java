package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WittenBellTest {

    /** After 0 1 0 2: n(0) = 2, n(1) = n(2) = 1 of 4 tokens of 3 kinds; 0 was followed once by 1 and once by 2. */
    @Test
    void agreesWithACountByHand() {
        WittenBell model = new WittenBell(new int[] {0, 1, 0, 2}, 2, 4);
        double zero = (2 + 3 * 0.25) / (4 + 3);
        double one = (1 + 3 * 0.25) / (4 + 3);
        double unseen = (0 + 3 * 0.25) / (4 + 3);
        assertEquals(zero, model.probability(new int[] {0}, 0), 1e-12);
        assertEquals((1 + 2 * one) / (2 + 2), model.probability(new int[] {0, 1}, 1), 1e-12);
        assertEquals(2 * unseen / (2 + 2), model.probability(new int[] {0, 3}, 1), 1e-12);
        assertEquals(one, model.probability(new int[] {3, 1}, 1), 1e-12, "3 was never seen before anything");
        assertEquals(1 / Math.sqrt(zero * (1 + 2 * one) / 4), model.perplexity(new int[] {0, 1}, 0, 2), 1e-12);
    }

    @Test
    void probabilitiesSumToOne() {
        int[] tokens = new SplittableRandom(5).ints(500, 0, 7).toArray();
        WittenBell model = new WittenBell(tokens, 5, 9);
        int[][] pasts = {{}, {8}, {1, 2}, {8, 1, 2, 3}, {tokens[3], tokens[4], tokens[5], tokens[6]}, {0, 0, 0, 0}};
        for (int[] past : pasts) {
            int[] all = Arrays.copyOf(past, past.length + 1);
            double sum = 0;
            for (int token = 0; token < 9; token++) {
                all[past.length] = token;
                sum += model.probability(all, past.length);
            }
            assertEquals(1, sum, 1e-12);
        }
    }

    @Test
    void longerContextsForetellBetter() {
        int[] tokens = new int[600];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = i % 6 < 3 ? 0 : i % 6 - 2;              // 0 0 0 1 2 3: after one zero anything may come
        }
        double one = new WittenBell(tokens, 1, 4).perplexity(tokens, 10, 600);
        double two = new WittenBell(tokens, 2, 4).perplexity(tokens, 10, 600);
        double four = new WittenBell(tokens, 4, 4).perplexity(tokens, 10, 600);
        assertTrue(four < 1.1 && four < two && two < one, four + ", " + two + ", " + one);
    }

    @Test
    void refusesContextsTooLongToCount() {
        assertThrows(IllegalArgumentException.class, () -> new WittenBell(new int[] {0}, 20, 40));
        assertThrows(IllegalArgumentException.class, () -> new WittenBell(new int[] {0}, 0, 40));
        for (int order : new int[] {4, 5, 20}) {
            int most = WittenBell.largestAlphabet(order);
            assertTrue(largestKey(most, order).bitLength() < Long.SIZE, "order " + order);
            assertFalse(largestKey(most + 1, order).bitLength() < Long.SIZE, "order " + order);
        }
    }

    private static BigInteger largestKey(int alphabet, int order) {
        return BigInteger.valueOf(alphabet + 1L).pow(order).subtract(BigInteger.ONE);
    }
}
