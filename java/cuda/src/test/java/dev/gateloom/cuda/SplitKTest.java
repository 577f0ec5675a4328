package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SplitKTest {
    private static final int[] SIZES = {1, 5, 8, 32, 33, 64, 100, 256, 1024, 5000};

    @Test
    void slicesCoverKOnce() {
        for (int k = 0; k < 20_000; k += 7) {
            for (int slices = 1; slices <= Math.max(1, k / 256); slices++) {
                int depth = SplitK.depth(k, slices);
                int count = SplitK.count(k, depth);
                assertTrue(count <= slices && (long) count * depth >= k && (count == 1 || (long) (count - 1) * depth < k),
                        k + " in " + slices + ": " + count + " of " + depth);
            }
        }
    }

    /** A plan takes room for its largest call; a smaller one must fit. */
    @Test
    void aLongerSumNeedsNoLessRoom() {
        for (int m : SIZES) {
            for (int n : SIZES) {
                long words = 0;
                for (int k = 1; k < 40_000; k += 13) {
                    long more = words(m, n, k);
                    assertTrue(more >= words, m + " x " + n + " x " + k);
                    words = more;
                }
            }
        }
    }

    /** Whoever does not know the sizes before takes room for any. */
    @Test
    void noProductNeedsMoreThanTheMost() {
        for (int m = 1; m < 2_000; m += 7) {
            for (int n = 1; n < 2_000; n += 13) {
                long words = words(m, n, Integer.MAX_VALUE);
                assertTrue(words <= SplitK.mostWords(GemmTile.LARGEST), m + " x " + n + ": " + words);
            }
        }
    }

    @Test
    void shortSumsAndManyTilesAreLeftWhole() {
        assertEquals(0, words(64, 64, 511));
        assertEquals(2 * 64 * 64, words(64, 64, 512));
        assertEquals(0, words(1024, 512, 100_000));
        assertEquals(128 * 64 * 64, words(64, 64, 1_000_000));
    }

    /** At B = 32, T = 400, H = 128 the gradient of W_hh has 16 wide tiles: eight slices of each. */
    @Test
    void aGradientFillsALargeGpu() {
        assertEquals(GemmTile.WIDE, GemmTile.ofLongSums(512, 128));
        assertEquals(16, GemmTile.WIDE.tiles(512, 128));
        assertEquals(8, SplitK.slices(16, 12_800));
        assertEquals(1600, SplitK.depth(12_800, 8));
    }

    private static long words(int m, int n, int k) {
        return SplitK.words(GemmTile.ofLongSums(m, n).tiles(m, n), m, n, k);
    }
}
