package dev.gateloom.cuda;

import dev.gateloom.device.Launch;
import java.util.Arrays;

/**
 * The launch geometries of one launcher, made once each: a plan uses a handful, again and again, and a launch allocates
 * nothing. For one thread at a time.
 */
final class Geometries {
    private static final int SLOT_BITS = 6;
    private static final int SLOTS = 1 << SLOT_BITS;
    private static final int MOST = SLOTS / 2;

    private final int gridY;
    private final int blockX;
    private final int blockY;
    private final int sharedBytes;
    private final boolean cooperative;
    private final Launch[] table = new Launch[SLOTS];
    private int used;

    Geometries(int blockX, int blockY) {
        this(1, blockX, blockY, 0, false);
    }

    /** Of grids that are so many blocks high. */
    Geometries(int gridY, int blockX, int blockY, int sharedBytes, boolean cooperative) {
        this.gridY = gridY;
        this.blockX = blockX;
        this.blockY = blockY;
        this.sharedBytes = sharedBytes;
        this.cooperative = cooperative;
    }

    /** The launch of so many blocks in each row of the grid. */
    Launch of(int blocks) {
        int home = blocks * 0x9E3779B9 >>> 32 - SLOT_BITS;      // spreads neighbours: 2^32 over the golden ratio
        int slot = home;
        for (Launch launch = table[slot]; launch != null; launch = table[slot]) {
            if (launch.gridX() == blocks) {
                return launch;
            }
            slot = slot + 1 & SLOTS - 1;
        }
        if (used == MOST) {                     // a caller of ever new shapes: start again
            Arrays.fill(table, null);
            used = 0;
            slot = home;
        }
        used++;
        table[slot] = new Launch(blocks, gridY, 1, blockX, blockY, 1, sharedBytes, cooperative);
        return table[slot];
    }
}
