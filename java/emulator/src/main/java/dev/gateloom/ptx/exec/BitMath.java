package dev.gateloom.ptx.exec;

/** Fields, permutations and look-ups of bits. */
final class BitMath {

    private BitMath() {
    }

    /** {@code prmt}: four bytes chosen among eight, a selector's top bit replicating the byte's sign. */
    static void permute(int[] d, int[] a, int[] b, int[] c) {
        for (int i = 0; i < Warp.LANES; i++) {
            long bytes = a[i] & 0xffffffffL | (long) b[i] << 32;
            int result = 0;
            for (int n = 0; n < 4; n++) {
                int selector = c[i] >> 4 * n & 15;
                int value = (int) (bytes >>> 8 * (selector & 7)) & 255;
                result |= ((selector & 8) == 0 ? value : (value & 128) != 0 ? 255 : 0) << 8 * n;
            }
            d[i] = result;
        }
    }

    /** {@code lop3}: any function of three bits, given as its table. */
    static Compute.Words lookUp(int table) {
        return (d, a, b, c) -> {
            for (int i = 0; i < Warp.LANES; i++) {
                int result = 0;
                for (int row = 0; row < 8; row++) {
                    int match = ((row & 4) != 0 ? a[i] : ~a[i]) & ((row & 2) != 0 ? b[i] : ~b[i])
                            & ((row & 1) != 0 ? c[i] : ~c[i]);
                    result |= (table >> row & 1) != 0 ? match : 0;
                }
                d[i] = result;
            }
        };
    }

    /** {@code shf}: the upper or lower word of a shifted pair; b is the upper word. */
    static Compute.Words funnel(boolean leftwards, boolean wrap) {
        return (d, a, b, c) -> {
            for (int i = 0; i < Warp.LANES; i++) {
                int by = wrap ? c[i] & 31 : (int) Math.min(c[i] & 0xffffffffL, 32);
                long pair = (long) b[i] << 32 | a[i] & 0xffffffffL;
                d[i] = (int) (leftwards ? pair << by >>> 32 : by == 32 ? pair >>> 32 : pair >>> by);
            }
        };
    }

    /** {@code bfe.u32}: c bits of a from position b. */
    static void extractUnsigned(int[] d, int[] a, int[] b, int[] c) {
        for (int i = 0; i < Warp.LANES; i++) {
            d[i] = (int) extract(a[i] & 0xffffffffL, b[i] & 255, c[i] & 255);
        }
    }

    /** {@code bfe.s32}: the same, the uppermost bit of the field being its sign. */
    static void extractSigned(int[] d, int[] a, int[] b, int[] c) {
        for (int i = 0; i < Warp.LANES; i++) {
            int position = b[i] & 255;
            int length = c[i] & 255;
            if (length == 0) {
                d[i] = 0;
            } else {
                int last = Math.min(position + length - 1, 31);
                int field = (int) extract(a[i] & 0xffffffffL, position, length);
                boolean negative = (a[i] >> last & 1) != 0;
                int filled = position > 31 ? 0 : last - position + 1;
                d[i] = negative && filled < 32 ? field | -1 << filled : field;
            }
        }
    }

    private static long extract(long value, int position, int length) {
        if (position > 31 || length == 0) {
            return 0;
        }
        return value >>> position & (length > 31 ? 0xffffffffL : (1L << length) - 1);
    }

    /** {@code bfi}: the low bits of a in the place of some bits of b, of which there are {@code size}. */
    static long insert(long a, long b, int position, int length, int size) {
        if (position >= size || length == 0) {
            return b;
        }
        long mask = (length >= size ? -1 : (1L << length) - 1) << position;
        return b & ~mask | a << position & mask;
    }

    /** {@code bfind}, and {@code .shiftamt}: how far left that bit would have to go. Negative numbers are sought for a zero. */
    static Compute.Words find(boolean signed, boolean shift) {
        return (d, a, b, c) -> {
            for (int i = 0; i < Warp.LANES; i++) {
                int zeros = Integer.numberOfLeadingZeros(signed && a[i] < 0 ? ~a[i] : a[i]);
                d[i] = zeros == Integer.SIZE ? -1 : shift ? zeros : Integer.SIZE - 1 - zeros;
            }
        };
    }

    static Compute.Narrow findLong(boolean signed, boolean shift) {
        return (d, a) -> {
            for (int i = 0; i < Warp.LANES; i++) {
                int zeros = Long.numberOfLeadingZeros(signed && a[i] < 0 ? ~a[i] : a[i]);
                d[i] = zeros == Long.SIZE ? -1 : shift ? zeros : Long.SIZE - 1 - zeros;
            }
        };
    }
}
