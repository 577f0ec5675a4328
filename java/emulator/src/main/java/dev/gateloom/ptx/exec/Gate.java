package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.memory.GlobalMemory;
import dev.gateloom.ptx.memory.Region;
import dev.gateloom.ptx.parse.Space;

/**
 * The one place that every access to memory passes: finds what the addresses mean, checks bounds, alignment and
 * initialisation, tells the observer, counts, and hands out the bytes.
 */
final class Gate {
    /** Memory of the part that {@link #open} let through; offsets are in the warp. */
    byte[] data;
    Region region;

    private final Grid grid;
    private final GlobalMemory memory;
    private final Region constants;
    private final Profile profile;
    private final boolean checkInitialised;
    private final Lines lines = new Lines();

    Gate(Grid grid, GlobalMemory memory, Region constants) {
        this.grid = grid;
        this.memory = memory;
        this.constants = constants;
        profile = grid.profile();
        checkInitialised = grid.policy().checkInitialised();
    }

    /** Accesses of one instruction fall into parts, one for each region. Returns the lanes of the first part. */
    int open(Warp warp, MemoryOp op, int lanes) {
        return open(warp, op, op.space, op.access, lanes);
    }

    /** The same for a write to shared memory whose bytes arrive later: they count as written only then. */
    int openLater(Warp warp, Op op, Access access, int lanes) {
        return open(warp, op, Space.SHARED, access, lanes);
    }

    int open(Warp warp, Op op, Space space, Access access, int lanes) {
        int part = locate(warp, op, space, access, lanes);
        note(warp, op, region, access, part);
        return part;
    }

    /** As {@link #open}, but nobody is told: whether accesses that do not happen would be legal. */
    int locate(Warp warp, Op op, Space space, Access access, int lanes) {
        int first = Integer.numberOfTrailingZeros(lanes);
        long[] addresses = warp.addresses;
        Region region = find(space, addresses[first], warp);
        if (region == null || region.freed()) {
            throw outOfBounds(warp, op, space, access, first, region, addresses[first]);
        }
        boolean local = region.space() == Space.LOCAL;
        int stride = local ? warp.localStride() : 0;
        long base = base(space, region, addresses[first]);
        long limit = (local ? stride : region.size()) - access.bytes();
        int unaligned = Integer.lowestOneBit(access.bytes()) - 1;
        int part = lanes == Warp.ALL && !local && place(warp, base, limit, unaligned) ? Warp.ALL
                : select(warp, op, space, access, lanes, region, base, limit, stride);
        data = region.data();
        this.region = region;
        return part;
    }

    /** Offsets of all lanes; whether all are legal. */
    private static boolean place(Warp warp, long base, long limit, int unaligned) {
        long[] addresses = warp.addresses;
        int[] offsets = warp.offsets;
        long outside = 0;
        long low = 0;
        for (int lane = 0; lane < Warp.LANES; lane++) {
            long offset = addresses[lane] - base;
            outside |= offset | limit - offset;
            low |= offset;
            offsets[lane] = (int) offset;
        }
        return outside >= 0 && (low & unaligned) == 0;
    }

    /** Offsets of lanes whose accesses are legal in this region; the first one must be. */
    private int select(Warp warp, Op op, Space space, Access access, int lanes, Region region, long base, long limit,
            int stride) {
        long[] addresses = warp.addresses;
        int first = Integer.numberOfTrailingZeros(lanes);
        int unaligned = Integer.lowestOneBit(access.bytes()) - 1;
        int part = 0;
        for (int left = lanes; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            long offset = addresses[lane] - base;
            if (offset >= 0 && offset <= limit && (offset & unaligned) == 0) {
                warp.offsets[lane] = (int) offset + lane * stride;
                part |= 1 << lane;
            } else if (lane == first) {
                throw (offset & unaligned) != 0 && offset >= 0 && offset <= limit
                        ? misaligned(warp, op, region, access, lane, addresses[lane])
                        : outOfBounds(warp, op, space, access, lane, region, addresses[lane]);
            }
        }
        return part;
    }

    /**
     * What is accessed in parts must be aligned as a whole: vectors whose elements are accessed one by one, asynchronous
     * copies that read less than they write.
     *
     * @param whole bytes, a power of two
     * @param before bytes of the whole before those that are accessed
     */
    void checkAligned(Warp warp, Op op, Space space, Access access, int lanes, int whole, int before) {
        for (int left = lanes; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            long address = warp.addresses[lane];
            if ((address - before & whole - 1) != 0) {
                Region region = find(space, address, warp);
                throw region == null ? outOfBounds(warp, op, space, access, lane, null, address)
                        : misaligned(warp, op, region, access, lane, address);
            }
        }
    }

    private void note(Warp warp, Op op, Region region, Access access, int part) {
        if (grid.observer() != null) {
            grid.observer().access(warp, op, region, part, warp.offsets, access);
        }
        AccessPattern pattern = null;
        if (region.space() == Space.GLOBAL || region.space() == Space.SHARED) {
            pattern = op.pattern(region.space(), lines);
            pattern.see(region.space(), warp.offsets, part, access.bytes());
            if (region.space() == Space.GLOBAL) {
                profile.countGlobal(op.index, pattern.sectors(), Integer.bitCount(part) * access.bytes());
            } else {
                profile.countPasses(op.index, pattern.passes(), pattern.fewestPasses());
            }
        }
        if (access.reads() && checkInitialised && !isWritten(warp, region, access.bytes(), part, pattern)) {
            uninitialised(warp, op, region, access, part);
        }
        if (access.writes() && !access.asynchronous()) {
            if (pattern != null && pattern.contiguous()) {
                region.markWritten(pattern.first(), Warp.LANES * access.bytes());
            } else {
                markWritten(warp, region, access.bytes(), part);
            }
            grid.progress();
        }
    }

    private static boolean isWritten(Warp warp, Region region, int bytes, int part, AccessPattern pattern) {
        if (pattern != null && pattern.contiguous()) {
            return region.isWritten(pattern.first(), Warp.LANES * bytes);
        }
        for (int left = pattern == null ? part : pattern.distinct(); left != 0; left &= left - 1) {
            if (!region.isWritten(warp.offsets[Integer.numberOfTrailingZeros(left)], bytes)) {
                return false;
            }
        }
        return true;
    }

    private static void markWritten(Warp warp, Region region, int bytes, int part) {
        for (int left = part; left != 0; left &= left - 1) {
            region.markWritten(warp.offsets[Integer.numberOfTrailingZeros(left)], bytes);
        }
    }

    /** What the addresses of a space count from. */
    private static long base(Space space, Region region, long address) {
        return switch (space) {
            case GENERIC -> region.space() == Space.SHARED ? Cluster.windowOf(address) : region.address();
            case CLUSTER_SHARED -> Cluster.windowOf(address);
            case GLOBAL -> region.address();
            default -> 0;
        };
    }

    Region find(Space space, long address, Warp warp) {
        return switch (space) {
            case GLOBAL -> memory.at(address);
            case SHARED -> warp.cta().shared();
            case CLUSTER_SHARED -> warp.cta().cluster().shared(address, warp.cta());
            case LOCAL -> warp.local();
            case PARAM -> grid.parameters();
            case CONST -> constants;
            case GENERIC -> switch ((int) Math.min(address >>> Region.WINDOW_BITS, Region.FIRST_ALLOCATION)) {
                case (int) Region.SHARED_WINDOW ->
                    warp.cta().cluster().shared(address & Region.OFFSET_MASK, warp.cta());
                case (int) Region.LOCAL_WINDOW -> warp.local();
                case (int) Region.CONST_WINDOW -> constants;
                default -> memory.at(address);
            };
        };
    }

    private KernelFault outOfBounds(Warp warp, Op op, Space space, Access access, int lane, Region region, long address) {
        String place;
        if (region == null) {
            place = space == Space.CLUSTER_SHARED
                    || space == Space.GENERIC && address >>> Region.WINDOW_BITS == Region.SHARED_WINDOW
                    ? "of no block of the cluster that still runs" : "out of bounds, of no allocation";
        } else if (region.freed()) {
            place = "out of bounds, in memory that was freed (" + region.purpose() + ", " + region.size() + " bytes)";
        } else {
            long base = base(space, region, address);
            long size = region.space() == Space.LOCAL ? warp.localStride() : region.size();
            long past = address - base - size;
            place = "out of bounds, " + (past >= 0 ? past + " bytes after" : past + access.bytes() > 0
                    ? "across the end of" : -(address - base) + " bytes before") + " " + region.purpose() + " of "
                    + size + " bytes";
        }
        return KernelFault.illegalAddress(invalid(warp, op, region == null ? space : region.space(), access, lane)
                + "\n    Address 0x" + Long.toHexString(address) + " is " + place);
    }

    private KernelFault misaligned(Warp warp, Op op, Region region, Access access, int lane, long address) {
        return KernelFault.misaligned(invalid(warp, op, region.space(), access, lane) + "\n    Address 0x"
                + Long.toHexString(address) + " is misaligned");
    }

    private String invalid(Warp warp, Op op, Space space, Access access, int lane) {
        String where = space == Space.GENERIC ? "__global__" : "__" + space.word() + "__";
        return "Invalid " + where + " " + access.word() + " of size " + access.bytes() + " bytes"
                + at(warp, op, lane);
    }

    private void uninitialised(Warp warp, Op op, Region region, Access access, int part) {
        int left = part;
        while (region.isWritten(warp.offsets[Integer.numberOfTrailingZeros(left)], access.bytes())) {
            left &= left - 1;
        }
        int lane = Integer.numberOfTrailingZeros(left);
        grid.findings().add("initialised", op, "Uninitialized __" + region.space().word() + "__ memory read of size "
                + access.bytes() + " bytes" + at(warp, op, lane) + "\n    Offset "
                + (warp.offsets[lane] - (region.space() == Space.LOCAL ? lane * warp.localStride() : 0)) + " of "
                + region.purpose());
    }

    private String at(Warp warp, Op op, int lane) {
        return "\n    at " + grid.code().function().name() + "()+0x" + Integer.toHexString(op.index * 16) + " in "
                + op.where() + "\n    by " + warp.threadName(lane);
    }
}
