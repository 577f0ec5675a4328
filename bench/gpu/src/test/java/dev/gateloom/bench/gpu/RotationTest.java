package dev.gateloom.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RotationTest {
    private static final long L2 = 50L << 20;

    @ParameterizedTest
    @ValueSource(longs = {1 << 21, 3_333_333, 25 << 20, 50 << 20, 100 << 20, 1L << 33})
    void setsTogetherExceedTwiceTheCacheAndNoMoreThanNeeded(long bytes) {
        Rotation rotation = Rotation.of(bytes, L2, 1);
        assertTrue(rotation.isPastL2(), rotation.toString());
        assertEquals(rotation.sets() * bytes, rotation.bytes());
        assertTrue(rotation.sets() == 2 || rotation.bytes() - bytes <= 2 * L2, "one set less would do: " + rotation);
    }

    @Test
    void smallInputsStayInTheCacheAndItSaysSo() {
        Rotation rotation = Rotation.of(1000, L2, 1);
        assertEquals(Rotation.MOST, rotation.sets());
        assertFalse(rotation.isPastL2());
        assertTrue(rotation.toString().contains("may stay in L2"), rotation.toString());
    }

    /** Each set is a graph, whose nodes are as many as its steps. */
    @Test
    void longSequencesTakeFewSetsAndItSaysSo() {
        Rotation longer = Rotation.of(2 << 20, L2, 1000);
        assertEquals(8, longer.sets());
        assertFalse(longer.isPastL2());
        assertTrue(longer.toString().contains("may stay in L2"), longer.toString());
        assertEquals(8, Rotation.of(2 << 20, L2, 256 * 4).sets(), "four layers of 256 steps");
        assertEquals(51, Rotation.of(2 << 20, L2, 128).sets(), "as many as the cache asks for");
        assertEquals(2, Rotation.of(2 << 20, L2, 60_000).sets(), "two at least, whatever their steps");
        assertTrue(Rotation.of(100 << 20, L2, 1000).isPastL2(), "a large set needs no more");
    }
}
