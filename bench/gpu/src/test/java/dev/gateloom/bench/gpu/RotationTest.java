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
        Rotation rotation = Rotation.of(bytes, L2);
        assertTrue(rotation.isPastL2(), rotation.toString());
        assertEquals(rotation.sets() * bytes, rotation.bytes());
        assertTrue(rotation.sets() == 2 || rotation.bytes() - bytes <= 2 * L2, "one set less would do: " + rotation);
    }

    @Test
    void smallInputsStayInTheCacheAndItSaysSo() {
        Rotation rotation = Rotation.of(1000, L2);
        assertEquals(Rotation.MOST, rotation.sets());
        assertFalse(rotation.isPastL2());
        assertTrue(rotation.toString().contains("may stay in L2"), rotation.toString());
    }
}
