package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.gateloom.device.Launch;
import org.junit.jupiter.api.Test;

class GeometriesTest {

    @Test
    void aGridIsMadeOnce() {
        Geometries geometries = new Geometries(32, 8);
        Launch first = geometries.of(7);
        assertEquals(new Launch(7, 1, 1, 32, 8, 1, 0, false), first);
        assertEquals(3, geometries.of(3).gridX());
        assertSame(first, geometries.of(7));
    }

    @Test
    void everNewGridsAreStillRight() {
        Geometries geometries = new Geometries(256, 1);
        for (int n = 1; n <= 1000; n++) {
            assertEquals(new Launch(n, 1, 1, 256, 1, 1, 0, false), geometries.of(n));
            assertSame(geometries.of(n), geometries.of(n));
        }
    }
}
