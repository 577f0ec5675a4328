package dev.gateloom.ptx.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.ptx.parse.Space;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which bytes were written, by runs of all sizes and at all places, against a flag for each byte. */
class RegionTest {
    private static final int SIZE = 403;

    private static boolean all(boolean[] written, int offset, int bytes) {
        for (int i = offset; i < offset + bytes; i++) {
            if (!written[i]) {
                return false;
            }
        }
        return true;
    }

    @Test
    void writtenBytes() {
        Random random = new Random(1);
        for (int round = 0; round < 50; round++) {
            Region region = new Region(Space.GLOBAL, Region.FIRST_ALLOCATION, SIZE, true, "test");
            Region other = new Region(Space.GLOBAL, Region.FIRST_ALLOCATION + 1, SIZE, true, "copy");
            boolean[] expected = new boolean[SIZE];
            boolean[] copied = new boolean[SIZE];
            for (int i = 0; i < 300; i++) {
                int bytes = random.nextBoolean() ? 1 << random.nextInt(8) : 1 + random.nextInt(60);
                int offset = random.nextInt(SIZE - bytes + 1) & (random.nextBoolean() ? ~3 : ~0);
                switch (random.nextInt(8)) {
                    case 0 -> {
                        region.markWritten(offset, bytes);
                        java.util.Arrays.fill(expected, offset, offset + bytes, true);
                    }
                    case 1 -> {
                        int to = random.nextInt(SIZE - bytes + 1) & (random.nextBoolean() ? ~3 : ~0);
                        region.copyTo(offset, other, to, bytes);
                        System.arraycopy(expected, offset, copied, to, bytes);
                    }
                    default -> {
                        assertEquals(all(expected, offset, bytes), region.isWritten(offset, bytes));
                        assertEquals(all(copied, offset, bytes), other.isWritten(offset, bytes));
                    }
                }
            }
        }
    }
}
