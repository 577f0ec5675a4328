package dev.gateloom;

/**
 * Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): a counter-based generator, so
 * that number {@code i} of a stream is the same on every engine, whoever computes it and in which order.
 */
final class Philox {
    private static final int M0 = 0xD2511F53;
    private static final int M1 = 0xCD9E8D57;
    private static final int W0 = 0x9E3779B9;
    private static final int W1 = 0xBB67AE85;

    private Philox() {
    }

    /** One of the four 32-bit words for counter (c0, c1, c2, c3) and key (k0, k1). */
    static int word(int c0, int c1, int c2, int c3, int k0, int k1, int which) {
        for (int round = 0; round < 10; round++) {
            long p0 = (M0 & 0xFFFFFFFFL) * (c0 & 0xFFFFFFFFL);
            long p1 = (M1 & 0xFFFFFFFFL) * (c2 & 0xFFFFFFFFL);
            c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
            c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
            c1 = (int) p1;
            c3 = (int) p0;
            k0 += W0;
            k1 += W1;
        }
        return switch (which) {
            case 0 -> c0;
            case 1 -> c1;
            case 2 -> c2;
            default -> c3;
        };
    }

    /** Number {@code index} of the stream (seed, stream, call), uniform in [0, 1) with 24 bits. */
    static float uniform(long seed, int stream, int call, long index) {
        long counter = index >>> 2;
        int bits = word((int) counter, (int) (counter >>> 32), stream, call, (int) seed, (int) (seed >>> 32),
                (int) (index & 3));
        return (bits >>> 8) * 0x1p-24f;
    }
}
