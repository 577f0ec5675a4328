package dev.gateloom.cuda;

import static dev.gateloom.cuda.GemmTile.THIN;
import static dev.gateloom.cuda.GemmTile.WIDE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class GemmTileTest {

    @Test
    void stepsOfSmallBatchesAreThin() {
        for (int batch : new int[] {1, 16, 32}) {
            assertEquals(THIN, GemmTile.of(batch, 8192));
        }
        assertEquals(WIDE, GemmTile.of(33, 8192));
    }

    @Test
    void allStepsTogetherAreWideUnlessNarrow() {
        assertEquals(WIDE, GemmTile.of(12_800, 512));
        assertEquals(THIN, GemmTile.of(12_800, 3));
    }

    @Test
    void fewTilesAreThin() {
        assertEquals(WIDE, GemmTile.of(512, 512));
        assertEquals(THIN, GemmTile.of(512, 448));
        assertEquals(WIDE, GemmTile.ofLongSums(64, 64));
        assertEquals(THIN, GemmTile.ofLongSums(64, 32));
    }

    @Test
    void tilesAtTheEdgesCount() {
        assertEquals(1, WIDE.tiles(1, 64));
        assertEquals(4, WIDE.tiles(65, 65));
        assertEquals(6, THIN.tiles(9, 65));
        assertEquals(1L << 50, WIDE.tiles(Integer.MAX_VALUE, Integer.MAX_VALUE));
    }
}
