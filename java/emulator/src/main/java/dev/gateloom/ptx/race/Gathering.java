package dev.gateloom.ptx.race;

/** Threads that have come to a barrier since it last opened. */
final class Gathering {
    private Clock clock = Clock.ZERO;
    private int latest;
    private int threads;
    /** By warp: who has come and at which epoch (0 for who has not), and who waits. */
    private final int[][] epochs;
    private final int[] waiting;
    private boolean allWait = true;

    Gathering(int warps) {
        epochs = new int[warps][];
        waiting = new int[warps];
    }

    void add(WarpClocks warp, int lanes, boolean wait) {
        int[] came = epochs[warp.index];
        if (came == null) {
            came = new int[warp.epochs.length];
            epochs[warp.index] = came;
        }
        for (int left = lanes; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            clock = clock.join(warp.clocks[lane]);
            came[lane] = warp.epochs[lane];
            latest = Math.max(latest, came[lane]);
        }
        threads += Integer.bitCount(lanes);
        if (wait) {
            waiting[warp.index] |= lanes;
        } else {
            allWait = false;
            for (int left = lanes; left != 0; left &= left - 1) {
                warp.advance(Integer.numberOfTrailingZeros(left));
            }
        }
    }

    /** Whoever waits now knows all who came. Returns the epoch at which they go on. */
    int open(WarpClocks[] warps, int block, int blockThreads) {
        if (threads == blockThreads && allWait) {
            clock = clock.join(block, Known.everybody(latest));
        } else {
            for (int warp = 0; warp < epochs.length; warp++) {
                clock = epochs[warp] == null ? clock : clock.join(block, Known.lanes(warp, epochs[warp]));
            }
        }
        for (int warp = 0; warp < waiting.length; warp++) {
            warps[warp].know(waiting[warp], clock, latest + 1);
        }
        return latest + 1;
    }
}
