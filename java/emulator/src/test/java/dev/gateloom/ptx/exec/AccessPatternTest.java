package dev.gateloom.ptx.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.ptx.parse.Space;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is remembered of a pattern equals what is counted anew. */
class AccessPatternTest {

    @Test
    void remembersOnlyWhatStillHolds() {
        Random random = new Random(1);
        AccessPattern pattern = new AccessPattern(new Lines());
        Lines lines = new Lines();
        int[] strides = {0, 1, 2, 4, 8, 16, 68, 128};
        int stride = 4;
        int lanes = -1;
        Space space = Space.GLOBAL;
        int bytes = 4;
        for (int i = 0; i < 20_000; i++) {
            if (random.nextInt(3) == 0) {
                stride = strides[random.nextInt(strides.length)];
                bytes = 1 << random.nextInt(5);
                lanes = random.nextBoolean() ? -1 : random.nextInt() | 1 << random.nextInt(32);
                space = random.nextBoolean() ? Space.GLOBAL : Space.SHARED;
            }
            int base = bytes * random.nextInt(200);
            int twist = random.nextInt(4) == 0 ? random.nextInt(32) : 0;
            int[] offsets = new int[32];
            for (int lane = 0; lane < 32; lane++) {
                offsets[lane] = (lanes >>> lane & 1) == 0 ? random.nextInt()
                        : base + stride / bytes * bytes * (lane ^ twist);
            }
            pattern.see(space, offsets, lanes, bytes);
            assertEquals(space == Space.GLOBAL ? lines.sectors(offsets, lanes, bytes) : 0, pattern.sectors());
            assertEquals(space == Space.SHARED ? lines.passes(offsets, lanes, bytes) : 0, pattern.passes());
            assertEquals(space == Space.SHARED ? lines.fewestPasses() : 0, pattern.fewestPasses());
            int first = Integer.numberOfTrailingZeros(lanes);
            boolean contiguous = lanes == -1;
            for (int lane = 0; lane < 32; lane++) {
                contiguous &= offsets[lane] == offsets[0] + lane * bytes;
                boolean shown = lane == first;
                for (int other = 0; other < lane; other++) {
                    shown |= (lanes >>> other & 1) != 0 && offsets[other] == offsets[lane]
                            && (pattern.distinct() >>> other & 1) != 0;
                }
                boolean active = (lanes >>> lane & 1) != 0;
                assertEquals(active, active && (shown || (pattern.distinct() >>> lane & 1) != 0));
            }
            assertEquals(contiguous, pattern.contiguous());
            assertEquals(offsets[first], pattern.first());
        }
    }
}
