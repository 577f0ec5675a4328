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
    private final Lines lines = new Lines();

    Gate(Grid grid, GlobalMemory memory, Region constants) {
        this.grid = grid;
        this.memory = memory;
        this.constants = constants;
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
        int first = Integer.numberOfTrailingZeros(lanes);
        long[] addresses = warp.addresses;
        Region region = find(space, addresses[first], warp);
        if (region == null || region.freed()) {
            throw outOfBounds(warp, op, space, access, first, region, addresses[first]);
        }
        boolean local = region.space() == Space.LOCAL;
        int stride = local ? warp.localStride() : 0;
        long base = space == Space.GENERIC || space == Space.GLOBAL ? region.address() : 0;
        long limit = (local ? stride : region.size()) - access.bytes();
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
        data = region.data();
        this.region = region;
        note(warp, op, region, access, part);
        return part;
    }

    /** Elements of a vector are accessed one by one, but the whole of it must be aligned. */
    void checkAligned(Warp warp, MemoryOp op, int lanes) {
        for (int left = lanes; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            long address = warp.addresses[lane];
            if ((address - op.inVector & op.vectorBytes - 1) != 0) {
                Region region = find(op.space, address, warp);
                throw region == null ? outOfBounds(warp, op, op.space, op.access, lane, null, address)
                        : misaligned(warp, op, region, op.access, lane, address);
            }
        }
    }

    private void note(Warp warp, Op op, Region region, Access access, int part) {
        if (grid.observer() != null) {
            grid.observer().access(warp, op, region, part, warp.offsets, access);
        }
        int pc = op.index;
        if (region.space() == Space.GLOBAL) {
            grid.profile().countSectors(pc, lines.sectors(warp.offsets, part, access.bytes()));
        } else if (region.space() == Space.SHARED) {
            grid.profile().countPasses(pc, lines.passes(warp.offsets, part, access.bytes()), lines.fewestPasses());
        }
        if (access.reads() && grid.policy().checkInitialised()) {
            checkWritten(warp, op, region, access, part);
        }
        if (access.writes() && !access.asynchronous()) {
            markWritten(warp, region, access.bytes(), part);
            grid.progress();
        }
    }

    private void checkWritten(Warp warp, Op op, Region region, Access access, int part) {
        int[] offsets = warp.offsets;
        int bytes = access.bytes();
        for (int left = part; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            if (!(bytes == 4 ? region.isWordWritten(offsets[lane]) : region.isWritten(offsets[lane], bytes))) {
                uninitialised(warp, op, region, access, lane);
                return;
            }
        }
    }

    private static void markWritten(Warp warp, Region region, int bytes, int part) {
        for (int left = part; left != 0; left &= left - 1) {
            int offset = warp.offsets[Integer.numberOfTrailingZeros(left)];
            if (bytes == 4) {
                region.markWordWritten(offset);
            } else {
                region.markWritten(offset, bytes);
            }
        }
    }

    Region find(Space space, long address, Warp warp) {
        return switch (space) {
            case GLOBAL -> memory.at(address);
            case SHARED -> warp.cta().shared();
            case LOCAL -> warp.local();
            case PARAM -> grid.parameters();
            case CONST -> constants;
            case GENERIC -> switch ((int) Math.min(address >>> Region.WINDOW_BITS, Region.FIRST_ALLOCATION)) {
                case (int) Region.SHARED_WINDOW -> warp.cta().shared();
                case (int) Region.LOCAL_WINDOW -> warp.local();
                case (int) Region.CONST_WINDOW -> constants;
                default -> memory.at(address);
            };
        };
    }

    private KernelFault outOfBounds(Warp warp, Op op, Space space, Access access, int lane, Region region, long address) {
        String place;
        if (region == null) {
            place = "out of bounds, of no allocation";
        } else if (region.freed()) {
            place = "out of bounds, in memory that was freed (" + region.purpose() + ", " + region.size() + " bytes)";
        } else {
            long base = space == Space.GENERIC || space == Space.GLOBAL ? region.address() : 0;
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

    private void uninitialised(Warp warp, Op op, Region region, Access access, int lane) {
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
