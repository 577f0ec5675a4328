package dev.gateloom.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Occupancies worked out by hand from the published limits. */
class ArchitectureTest {

    @Test
    void knowsWhatTheKernelsAreCompiledFor() {
        assertEquals(List.of(75, 80, 86, 89, 90, 100, 120),
                Architecture.all().stream().map(Architecture::number).toList());
    }

    // Which limit decides stands behind each line.
    @ParameterizedTest
    @CsvSource({
        "80,  256,  32,     0,  8",     // 64 warps / 8
        "75,  256,  32,     0,  4",     // 32 warps / 8
        "86,   32,  16,     0, 16",     // 16 blocks
        "89,   32,  16,     0, 24",     // 24 blocks
        "90,  256,  40,     0,  6",     // registers: 12 warps of a partition's 16384 / 1280, 48 warps
        "80,  256,  33,     0,  6",     // registers: 33 are given as 40
        "80,  128, 255,     0,  2",     // registers: 2 warps of a partition's 16384 / 8192
        "80, 1024,  65,     0,  0",     // registers: 7 warps of a partition's 16384 / 2304, 28 of the 32 needed
        "80,  256,  32, 40960,  4",     // shared memory: 41984 of 167936 with the reserved 1024
        "80,  256,  32, 41088,  3",     // one unit more
        "75,  128,  32, 16384,  4",     // shared memory: nothing is reserved before 8.0
        "90,   32,  16, 232448, 1",     // the most a block may have
        "90,   32,  16, 232449, 0",     // one byte more
        "80,   65,  32,     0, 21",     // 64 warps / 3: a warp of one thread is a warp
    })
    void residentBlocks(int architecture, int threads, int registers, int sharedBytes, int expected) {
        assertEquals(expected, Architecture.of(architecture).residentBlocks(threads, registers, sharedBytes));
    }

    @Test
    void occupancyIsTheShareOfResidentWarps() {
        assertEquals(1.0, Architecture.of(80).occupancy(256, 32, 0));
        assertEquals(0.75, Architecture.of(80).occupancy(256, 40, 0));
        assertEquals(0.25, Architecture.of(80).occupancy(32, 128, 0));
        assertEquals(0.0, Architecture.of(80).occupancy(1024, 65, 0));
    }

    @Test
    void errorsSayWhatThereIs() {
        String message = assertThrows(IllegalArgumentException.class, () -> Architecture.of(70)).getMessage();
        assertTrue(message.contains("sm_70") && message.contains("sm_75, sm_80"), message);
        assertThrows(IllegalArgumentException.class, () -> Architecture.of(80).residentBlocks(1025, 32, 0));
    }
}
