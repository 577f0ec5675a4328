package dev.gateloom.ptx.exec;

/** How an access spreads over sectors of device memory and banks of shared memory. */
final class Lines {
    private static final int SECTOR_BITS = 5;
    private static final int BANKS = 32;
    private static final int BANK_BITS = 2;

    private final long[] sorted = new long[Warp.LANES];
    private final int[] words = new int[Warp.LANES];

    /** Different sectors of 32 bytes. */
    int sectors(int[] offsets, int lanes, int bytes) {
        int spread = Math.max(1, bytes >> SECTOR_BITS);
        int count = 0;
        long last = Long.MIN_VALUE;
        boolean ascending = true;
        for (int left = lanes; left != 0; left &= left - 1) {
            long sector = offsets[Integer.numberOfTrailingZeros(left)] >> SECTOR_BITS;
            if (sector != last) {
                ascending &= sector > last;
                sorted[count++] = sector;
                last = sector;
            }
        }
        return (ascending ? count : distinct(count)) * spread;
    }

    private int distinct(int count) {
        java.util.Arrays.sort(sorted, 0, count);
        int result = 1;
        for (int i = 1; i < count; i++) {
            result += sorted[i] != sorted[i - 1] ? 1 : 0;
        }
        return result;
    }

    /**
     * Passes over the 32 banks of four bytes: threads that want different words of one bank take turns. Accesses of 8 and 16
     * bytes go by halves and quarters of the warp.
     */
    int passes(int[] offsets, int lanes, int bytes) {
        int groups = Math.max(1, bytes >> BANK_BITS);
        int perGroup = Warp.LANES / groups;
        int total = 0;
        for (int group = 0; group < groups; group++) {
            int mask = lanes & (perGroup == Warp.LANES ? Warp.ALL : (1 << perGroup) - 1 << group * perGroup);
            total += mask == 0 ? 0 : worstBank(offsets, mask, groups);
        }
        return total;
    }

    private int worstBank(int[] offsets, int lanes, int width) {
        int worst = 1;
        int count = 0;
        long used = 0;
        for (int left = lanes; left != 0; left &= left - 1) {
            int word = offsets[Integer.numberOfTrailingZeros(left)] >> BANK_BITS;
            words[count++] = word;
            used |= 1L << (word & BANKS - 1);
        }
        if (Long.bitCount(used) == count) {
            return worst;
        }
        for (int i = 0; i < count; i++) {
            int same = 0;
            for (int j = 0; j <= i; j++) {
                if (words[j] == words[i] && j < i) {
                    same = 0;                                   // a broadcast, counted before
                    break;
                }
                same += (words[j] ^ words[i]) / width % (BANKS / width) == 0
                        && (words[j] & BANKS - 1) == (words[i] & BANKS - 1) ? 1 : 0;
            }
            worst = Math.max(worst, same);
        }
        return worst;
    }
}
