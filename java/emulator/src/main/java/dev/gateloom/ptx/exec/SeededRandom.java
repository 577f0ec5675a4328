package dev.gateloom.ptx.exec;

/** A small generator (SplitMix64): the same seed gives the same schedule on every machine. */
public final class SeededRandom {
    private long state;

    /**
     * Starts a sequence.
     *
     * @param seed any
     */
    public SeededRandom(long seed) {
        state = seed;
    }

    /**
     * The next bits.
     *
     * @return 64 of them
     */
    public long next() {
        state += 0x9E3779B97F4A7C15L;
        return mix(state);
    }

    /**
     * A number below a bound.
     *
     * @param bound at least 1
     * @return 0 to bound - 1
     */
    public int below(int bound) {
        return (int) ((next() >>> 32) * bound >>> 32);
    }

    static long mix(long value) {
        long z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
