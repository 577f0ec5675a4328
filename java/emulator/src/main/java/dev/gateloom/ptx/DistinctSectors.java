package dev.gateloom.ptx;

import dev.gateloom.ptx.exec.Cta;
import dev.gateloom.ptx.exec.Observer;
import dev.gateloom.ptx.exec.Op;
import dev.gateloom.ptx.exec.Warp;
import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.memory.Region;
import dev.gateloom.ptx.parse.Space;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.Map;

/** The different sectors of device memory that a launch touches. */
final class DistinctSectors implements Observer {
    private static final int SECTOR_BITS = 5;

    private final Map<Region, BitSet> touched = new IdentityHashMap<>();

    /** How many so far. */
    long count() {
        return touched.values().stream().mapToLong(BitSet::cardinality).sum();
    }

    /** No access passes the end of a sector: it is aligned to its size, which is smaller. */
    @Override
    public void access(Warp warp, Op op, Region region, int lanes, int[] offsets, Access access) {
        if (region.space() == Space.GLOBAL) {
            BitSet sectors = touched.computeIfAbsent(region, r -> new BitSet(r.size() >> SECTOR_BITS));
            for (int left = lanes; left != 0; left &= left - 1) {
                sectors.set(offsets[Integer.numberOfTrailingZeros(left)] >> SECTOR_BITS);
            }
        }
    }

    @Override
    public void arrive(Warp warp, Op op, int lanes, int barrier) {
    }

    @Override
    public void open(Cta cta, int barrier) {
    }

    @Override
    public void warpSync(Warp warp, int lanes) {
    }

    @Override
    public void fence(Warp warp, Op op, int lanes, Access.Order order, Access.Scope scope) {
    }

    @Override
    public void copiesDone(Warp warp, Op op, int lanes) {
    }

    @Override
    public void exit(Warp warp, int lanes) {
    }
}
