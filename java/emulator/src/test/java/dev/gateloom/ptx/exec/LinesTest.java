package dev.gateloom.ptx.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sectors and banks, by patterns whose counts are known from the programming guide. */
class LinesTest {
    private final Lines lines = new Lines();

    private static int[] offsets(IntUnaryOperator of) {
        return IntStream.range(0, 32).map(of).toArray();
    }

    @Test
    void sectors() {
        assertEquals(4, lines.sectors(offsets(i -> 4 * i), -1, 4));
        assertEquals(5, lines.sectors(offsets(i -> 4 * i + 4), -1, 4));
        assertEquals(16, lines.sectors(offsets(i -> 16 * i), -1, 16));
        assertEquals(32, lines.sectors(offsets(i -> 128 * (31 - i)), -1, 4));
        assertEquals(1, lines.sectors(offsets(i -> 64), -1, 4));
        assertEquals(2, lines.sectors(offsets(i -> i % 2 * 32), -1, 4));
        assertEquals(1, lines.sectors(offsets(i -> 4 * i), 0xff, 4));
    }

    @Test
    void banks() {
        assertEquals(1, lines.passes(offsets(i -> 4 * i), -1, 4));
        assertEquals(1, lines.passes(offsets(i -> 0), -1, 4));
        assertEquals(2, lines.passes(offsets(i -> 8 * i), -1, 4));
        assertEquals(32, lines.passes(offsets(i -> 128 * i), -1, 4));
        assertEquals(1, lines.passes(offsets(i -> 132 * i), -1, 4));
        assertEquals(1, lines.passes(offsets(i -> i), -1, 1));
        assertEquals(2, lines.passes(offsets(i -> 8 * i), -1, 8));
        assertEquals(4, lines.passes(offsets(i -> 16 * i), -1, 16));
        assertEquals(16, lines.passes(offsets(i -> 64 * i), 0xffff, 4) * 2);
        assertEquals(0, lines.passes(offsets(i -> i), 0, 4));
    }

    /** What an access takes in any case: one pass for each part of the warp that has threads in it. */
    @Test
    void conflictsAreWhatGoesBeyondTheFewestPasses() {
        assertEquals(31, conflicts(offsets(i -> 128 * i), -1, 4));
        assertEquals(0, conflicts(offsets(i -> 4 * i), -1, 4));
        assertEquals(0, conflicts(offsets(i -> 16 * i), -1, 16));
        assertEquals(0, conflicts(offsets(i -> 16 * i), 0xff, 16));
        assertEquals(7, conflicts(offsets(i -> 128 * i), 0xff, 16));
        assertEquals(0, conflicts(offsets(i -> i), 0, 4));
    }

    private int conflicts(int[] offsets, int threads, int bytes) {
        return lines.passes(offsets, threads, bytes) - lines.fewestPasses();
    }
}
