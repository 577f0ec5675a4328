package dev.gateloom.ptx;

import dev.gateloom.ptx.exec.Observer;
import dev.gateloom.ptx.exec.Op;
import dev.gateloom.ptx.exec.Warp;
import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.memory.Region;
import dev.gateloom.ptx.parse.Space;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** The different sectors of device memory that a launch touches, and what threads asked of each allocation, and of other blocks. */
final class DistinctSectors implements Observer {
    private static final int SECTOR_BITS = 5;

    private final Map<Region, BitSet> touched = new IdentityHashMap<>();
    private final Map<Region, Traffic> traffic = new IdentityHashMap<>();
    private Traffic remoteShared = Traffic.NONE;

    /** Places of so many bytes, a power of two: what lanes of an instruction share comes once. */
    private static long distinct(int lanes, int[] offsets, int bits) {
        return IntStream.range(0, offsets.length).filter(lane -> (lanes >>> lane & 1) != 0).map(lane -> offsets[lane] >> bits)
                .distinct().count();
    }

    /** How many so far. */
    long count() {
        return touched.values().stream().mapToLong(BitSet::cardinality).sum();
    }

    /** By what allocations are for; those of one purpose together. */
    Map<String, Traffic> traffic() {
        Map<String, Traffic> byPurpose = new HashMap<>();
        traffic.forEach((region, bytes) -> byPurpose.merge(region.purpose(), bytes, Traffic::plus));
        return byPurpose;
    }

    /** Of the shared memory of other blocks. */
    Traffic remoteShared() {
        return remoteShared;
    }

    /** No access passes the end of a sector: it is aligned to its size, which is smaller. */
    @Override
    public void access(Warp warp, Op op, Region region, int lanes, int[] offsets, Access access) {
        if (region.space() == Space.GLOBAL) {
            BitSet sectors = touched.computeIfAbsent(region, r -> new BitSet(r.size() >> SECTOR_BITS));
            for (int left = lanes; left != 0; left &= left - 1) {
                sectors.set(offsets[Integer.numberOfTrailingZeros(left)] >> SECTOR_BITS);
            }
            traffic.merge(region, asked(lanes, offsets, access), Traffic::plus);
        } else if (region.space() == Space.SHARED && !warp.cta().owns(region)) {
            remoteShared = remoteShared.plus(asked(lanes, offsets, access));
        }
    }

    private static Traffic asked(int lanes, int[] offsets, Access access) {
        long bytes = distinct(lanes, offsets, 0) * access.bytes();
        long fetched = access.reads() ? distinct(lanes, offsets, SECTOR_BITS) << SECTOR_BITS : 0;
        return new Traffic(access.reads() ? bytes : 0, access.writes() ? bytes : 0, fetched);
    }
}
