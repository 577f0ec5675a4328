package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.gateloom.device.Launch;
import org.junit.jupiter.api.Test;

class GeometriesTest {

    @Test
    void aGridIsMadeOnce() {
        Geometries geometries = new Geometries(32, 8);
        Launch first = geometries.of(7, 3);
        assertEquals(new Launch(7, 3, 1, 32, 8, 1, 0, false), first);
        assertEquals(3, geometries.of(3, 7).gridX());
        assertSame(first, geometries.of(7, 3));
    }

    @Test
    void everNewGridsAreStillRight() {
        Geometries geometries = new Geometries(256, 1);
        for (int n = 1; n <= 1000; n++) {
            assertEquals(new Launch(n, n % 5 + 1, 1, 256, 1, 1, 0, false), geometries.of(n, n % 5 + 1));
            assertSame(geometries.of(n, n % 5 + 1), geometries.of(n, n % 5 + 1));
        }
    }
}
