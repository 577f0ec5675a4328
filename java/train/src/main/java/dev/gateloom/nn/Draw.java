package dev.gateloom.nn;

/**
 * Random numbers by counter: number {@code i} of a stream is a function of the seed and i alone, so that it does not
 * matter who computes it and in which order. Stafford's mix 13 of a Weyl sequence, as in SplitMix64 (Steele, Lea and Flood
 * 2014).
 */
final class Draw {
    private static final long STEP = 0x9E3779B97F4A7C15L;

    private Draw() {
    }

    /** 64 random bits. */
    static long bits(long seed, long index) {
        long z = seed + (index + 1) * STEP;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Uniform in [0, 1) with 24 bits. */
    static float uniform(long seed, long index) {
        return (bits(seed, index) >>> 40) * 0x1p-24f;
    }

    /** Standard normal, by Box and Muller. */
    static double normal(long seed, long index) {
        double u = ((bits(seed, 2 * index) >>> 11) + 1) * 0x1p-53;
        double v = (bits(seed, 2 * index + 1) >>> 11) * 0x1p-53;
        return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
    }
}
