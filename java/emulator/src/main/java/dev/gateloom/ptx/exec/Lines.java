package dev.gateloom.ptx.exec;

/** How an access spreads over sectors of device memory and banks of shared memory. */
final class Lines {
    private static final int SECTOR_BITS = 5;
    private static final int BANKS = 32;
    private static final int BANK_BITS = 2;

    private final long[] sorted = new long[Warp.LANES];
    /** By bank: different units that threads want of it. */
    private final int[][] units = new int[BANKS][Warp.LANES];
    private final int[] counts = new int[BANKS];
    private int fewest;

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
        int unitBits = BANK_BITS + Integer.numberOfTrailingZeros(groups);
        int total = 0;
        fewest = 0;
        for (int group = 0; group < groups; group++) {
            int mask = lanes & (perGroup == Warp.LANES ? Warp.ALL : (1 << perGroup) - 1 << group * perGroup);
            total += mask == 0 ? 0 : worstBank(offsets, mask, unitBits);
            fewest += mask == 0 ? 0 : 1;
        }
        return total;
    }

    /** Passes that the access of the last {@link #passes} would take if no two threads wanted the same bank. */
    int fewestPasses() {
        return fewest;
    }

    /** Most different units that lie in the same bank, or group of banks for wide accesses. */
    private int worstBank(int[] offsets, int lanes, int unitBits) {
        int banks = BANKS >> unitBits - BANK_BITS;
        java.util.Arrays.fill(counts, 0);
        int worst = 0;
        for (int left = lanes; left != 0; left &= left - 1) {
            int unit = offsets[Integer.numberOfTrailingZeros(left)] >> unitBits;
            int bank = unit & banks - 1;
            int known = 0;
            while (known < counts[bank] && units[bank][known] != unit) {
                known++;
            }
            if (known == counts[bank]) {
                units[bank][known] = unit;
                counts[bank] = known + 1;
                worst = Math.max(worst, known + 1);
            }
        }
        return worst;
    }
}
