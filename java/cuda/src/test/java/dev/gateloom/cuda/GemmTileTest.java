package dev.gateloom.cuda;

import static dev.gateloom.cuda.GemmTile.THIN;
import static dev.gateloom.cuda.GemmTile.WIDE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

    /** All that a product of whole tiles does with shared memory, as many times as its sums are long. */
    @ParameterizedTest
    @EnumSource(GemmTile.class)
    void fewBankConflicts(GemmTile tile) {
        EmulatorDevice device = new EmulatorDevice(EmulatorOptions.defaults());
        int m = 128;
        int n = 128;
        int k = 256;
        try (Tensors t = new Tensors(device)) {
            GemmKernels kernels = new GemmKernels(device, tile);
            long a = t.of(m * k);
            long b = t.of(n * k);
            kernels.nt(t.stream, t.of(m * n), n, a, k, b, k, 0, m, n, k, false, k);
            kernels.nn(t.stream, t.of(m * n), n, a, k, b, n, m, n, k, false, k);
            kernels.tn(t.stream, t.of(m * n), n, a, m, b, n, m, n, k, false, k);
            t.read();
        }
        assertEquals(3, device.counters().size());
        device.counters().forEach(SequenceTrafficTest::fewConflicts);
        device.close();
    }
}
