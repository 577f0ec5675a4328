package dev.gateloom.ptx.memory;

import dev.gateloom.ptx.parse.Space;
import java.util.ArrayList;
import java.util.List;

/** Device memory: a window for each allocation, never used twice. */
public final class GlobalMemory {
    private final long capacity;
    private final boolean tracked;
    private final List<Region> windows = new ArrayList<>();
    private long used;

    /**
     * Empty memory.
     *
     * @param capacity bytes that may be allocated at the same time
     * @param tracked whether reads of memory never written are to be noticed
     */
    public GlobalMemory(long capacity, boolean tracked) {
        this.capacity = capacity;
        this.tracked = tracked;
        for (int i = 0; i < Region.FIRST_ALLOCATION; i++) {
            windows.add(null);
        }
    }

    /**
     * Bytes that are allocated.
     *
     * @return their sum
     */
    public long used() {
        return used;
    }

    /**
     * New memory, which counts as never written.
     *
     * @param bytes at least 1
     * @param purpose what it is for
     * @return the memory; null if there is not enough
     */
    public Region allocate(long bytes, String purpose) {
        if (bytes > capacity - used || bytes > Integer.MAX_VALUE - 8) {
            return null;
        }
        Region region = new Region(Space.GLOBAL, windows.size(), (int) bytes, tracked, purpose);
        windows.add(region);
        used += bytes;
        return region;
    }

    /**
     * Frees memory.
     *
     * @param region of this memory
     */
    public void free(Region region) {
        if (!region.freed()) {
            used -= region.size();
            region.free();
        }
    }

    /**
     * What owns an address.
     *
     * @param address any
     * @return the allocation whose window it is, freed ones included; null if it never was anybody's
     */
    public Region at(long address) {
        long window = address >>> Region.WINDOW_BITS;
        return window < windows.size() ? windows.get((int) window) : null;
    }

    /**
     * What is allocated.
     *
     * @return all regions that were not freed
     */
    public List<Region> live() {
        return windows.stream().filter(region -> region != null && !region.freed()).toList();
    }
}
