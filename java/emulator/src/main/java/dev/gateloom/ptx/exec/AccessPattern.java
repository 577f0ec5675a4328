package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.parse.Space;
import java.util.Arrays;

/**
 * How the addresses of one instruction lie to each other. An instruction mostly keeps its pattern from one execution to the
 * next while the place moves, so sectors, bank conflicts and lanes that share an address are worked out only when the pattern changes.
 */
final class AccessPattern {
    private static final int SECTOR_MASK = 31;
    private static final int WORD_MASK = 3;

    private final Lines lines;
    /** What is known holds for this: space, lanes, size, place within a sector or a word, distances from the first lane. */
    private Space space;
    private int lanes;
    private int bytes;
    private int phase;
    private int[] distances = new int[Warp.LANES];
    private int[] seen = new int[Warp.LANES];

    private int first;
    private int sectors;
    private int passes;
    private int fewestPasses;
    private int distinct;
    private boolean contiguous;

    AccessPattern(Lines lines) {
        this.lines = lines;
    }

    /** Looks at an access of device or shared memory. */
    void see(Space in, int[] offsets, int who, int size) {
        first = offsets[Integer.numberOfTrailingZeros(who)];
        int part = first & (in == Space.GLOBAL ? SECTOR_MASK : WORD_MASK);
        if (who == Warp.ALL) {
            for (int lane = 0; lane < Warp.LANES; lane++) {
                seen[lane] = offsets[lane] - first;
            }
        } else {
            for (int lane = 0; lane < Warp.LANES; lane++) {
                seen[lane] = offsets[lane] - first & -(who >>> lane & 1);
            }
        }
        if (in != space || who != lanes || size != bytes || part != phase || !Arrays.equals(seen, distances)) {
            space = in;
            lanes = who;
            bytes = size;
            phase = part;
            int[] old = distances;
            distances = seen;
            seen = old;
            learn(offsets);
        }
    }

    private void learn(int[] offsets) {
        distinct = 0;
        contiguous = lanes == Warp.ALL;
        for (int left = lanes; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            distinct |= isRepeated(lane) ? 0 : 1 << lane;
            contiguous &= distances[lane] == lane * bytes;
        }
        sectors = space == Space.GLOBAL ? lines.sectors(offsets, lanes, bytes) : 0;
        passes = space == Space.SHARED ? lines.passes(offsets, lanes, bytes) : 0;
        fewestPasses = space == Space.SHARED ? lines.fewestPasses() : 0;
    }

    /** Threads that share an address are mostly neighbours in device memory, and anywhere in a tile. */
    private boolean isRepeated(int lane) {
        int before = space == Space.GLOBAL ? Integer.highestOneBit(distinct) : distinct;
        for (; before != 0; before &= before - 1) {
            if (distances[Integer.numberOfTrailingZeros(before)] == distances[lane]) {
                return true;
            }
        }
        return false;
    }

    /** Offset of the first lane. */
    int first() {
        return first;
    }

    /** Sectors of device memory. */
    int sectors() {
        return sectors;
    }

    /** Passes over the banks of shared memory. */
    int passes() {
        return passes;
    }

    /** Passes that it would take if no two threads wanted the same bank. */
    int fewestPasses() {
        return fewestPasses;
    }

    /** Whether all 32 lanes touch a single run of bytes in their order. */
    boolean contiguous() {
        return contiguous;
    }

    /** Lanes but for some that touch the same as another one of these. */
    int distinct() {
        return distinct;
    }
}
