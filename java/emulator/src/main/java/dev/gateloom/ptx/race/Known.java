package dev.gateloom.ptx.race;

/** Up to which epoch of each thread of one block somebody has happened after. Immutable, since many threads share it. */
final class Known {
    /** Nobody. */
    static final Known NOTHING = new Known(0, null);
    /** Warps of the largest block. */
    static final int MOST_WARPS = 32;
    private static final int LANE_BITS = 5;
    private static final int LANES = 1 << LANE_BITS;

    /** What all threads of the block did up to this epoch is known. */
    final int floor;
    /** By warp and lane: epochs above the floor; null where there are none. */
    private final int[][] warps;

    private Known(int floor, int[][] warps) {
        this.floor = floor;
        this.warps = warps;
    }

    /** All threads of the block up to an epoch. */
    static Known everybody(int epoch) {
        return new Known(epoch, null);
    }

    /** Lanes of one warp, each up to an epoch of its own. */
    static Known lanes(int warp, int[] epochs) {
        int[][] warps = new int[MOST_WARPS][];
        warps[warp] = epochs;
        return new Known(0, warps);
    }

    /** One thread up to an epoch. */
    static Known thread(int thread, int epoch) {
        int[] epochs = new int[LANES];
        epochs[thread % LANES] = epoch;
        return lanes(thread / LANES, epochs);
    }

    boolean covers(int thread, int epoch) {
        if (epoch <= floor) {
            return true;
        }
        int[] lanes = warps == null ? null : warps[thread >> LANE_BITS];
        return lanes != null && epoch <= lanes[thread & LANES - 1];
    }

    /** Whether some lanes of a warp are known up to an epoch. */
    boolean covers(int warp, int lanes, int epoch) {
        if (epoch <= floor) {
            return true;
        }
        int[] known = warps == null ? null : warps[warp];
        if (known == null) {
            return false;
        }
        for (int left = lanes; left != 0; left &= left - 1) {
            if (epoch > known[Integer.numberOfTrailingZeros(left)]) {
                return false;
            }
        }
        return true;
    }

    /** What either knows; this very object if the other one adds nothing. */
    Known join(Known other) {
        if (other == this || other.warps == null && other.floor <= floor) {
            return this;
        }
        int top = Math.max(floor, other.floor);
        boolean same = top == floor;
        int[][] joined = null;
        for (int warp = 0; warp < MOST_WARPS; warp++) {
            int[] mine = warps == null ? null : warps[warp];
            int[] later = later(mine, other.warps == null ? null : other.warps[warp], top);
            same &= later == mine;
            if (later != null) {
                joined = joined == null ? new int[MOST_WARPS][] : joined;
                joined[warp] = later;
            }
        }
        return same ? this : new Known(top, joined);
    }

    /** The later epochs, {@code a} itself if they are its own; null if none is above the floor. */
    private static int[] later(int[] a, int[] b, int floor) {
        if (a == null && b == null) {
            return null;
        }
        int[] first = a == null ? b : a;
        int[] second = b == null ? a : b;
        int[] result = new int[LANES];
        boolean above = false;
        boolean same = true;
        for (int lane = 0; lane < LANES; lane++) {
            result[lane] = Math.max(first[lane], second[lane]);
            above |= result[lane] > floor;
            same &= result[lane] == first[lane];
        }
        return !above ? null : same ? first : result;
    }
}
