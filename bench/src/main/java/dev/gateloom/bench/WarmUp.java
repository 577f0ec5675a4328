package dev.gateloom.bench;

/**
 * Warms a contender up until it no longer becomes faster. A fixed time would not do: how long the JIT compiler needs
 * for a large vectorised method depends on the machine and on what else it runs, and until then the method may be a
 * hundred times slower.
 */
public final class WarmUp {
    /** Nothing warms up for longer, seconds. */
    static final double MOST = 15;
    /** A block of calls is this long, seconds, or one call if that takes longer. */
    private static final double BLOCK = 0.1;
    /** A block counts as faster if it takes less than this share of the best one so far. */
    private static final double FASTER = 0.95;
    /** So many blocks in a row must not be faster, however long one takes. */
    private static final int BLOCKS = 4;

    /** Something to call. */
    public interface Call {

        /**
         * Calls it, and returns when it is done.
         *
         * @throws Exception whatever it throws
         */
        void run() throws Exception;
    }

    private WarmUp() {
    }

    /**
     * Calls until there was nothing faster for so many seconds.
     *
     * @param call what is warmed up
     * @param patience seconds
     * @throws Exception what the call throws
     */
    public static void run(Call call, double patience) throws Exception {
        long start = System.nanoTime();
        long improved = start;
        double best = Double.POSITIVE_INFINITY;
        int blocks = 0;
        while (true) {
            double mean = block(call);
            blocks++;
            long now = System.nanoTime();
            if (mean < FASTER * best) {
                improved = now;
                blocks = 0;
            }
            best = Math.min(best, mean);
            if (now - improved >= patience * 1e9 && blocks >= BLOCKS || now - start >= MOST * 1e9) {
                return;
            }
        }
    }

    /** Nanoseconds per call. */
    private static double block(Call call) throws Exception {
        long start = System.nanoTime();
        long spent = 0;
        int calls = 0;
        while (spent < BLOCK * 1e9) {
            call.run();
            calls++;
            spent = System.nanoTime() - start;
        }
        return (double) spent / calls;
    }
}
