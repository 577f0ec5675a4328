package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.memory.Region;
import dev.gateloom.ptx.parse.Instruction;
import dev.gateloom.ptx.parse.Space;

/** {@code cp.async}: copies from device to shared memory beside the threads' own work. */
final class CopyOps {

    private CopyOps() {
    }

    /**
     * {@code cp.async.ca} and {@code .cg}: bytes past the source size become zeros and are not read. Both addresses must be
     * multiples of the copy's size, also where less is read.
     */
    static final class Copy extends Op {
        private final MemoryOp.Place to;
        private final MemoryOp.Place from;
        private final int bytes;
        private final int sizeSlot;

        Copy(Instruction source, MemoryOp.Place to, MemoryOp.Place from, int bytes, int sizeSlot) {
            super(source, InstructionClass.GLOBAL);
            this.to = to;
            this.from = from;
            this.bytes = bytes;
            this.sizeSlot = sizeSlot;
        }

        @Override
        void execute(Warp warp, int lanes) {
            byte[][] staged = new byte[Warp.LANES][];
            Region[] sources = new Region[Warp.LANES];
            int[] places = new int[Warp.LANES];
            int[] sizes = new int[Warp.LANES];
            int whole = 0;
            for (int left = lanes; left != 0; left &= left - 1) {
                int lane = Integer.numberOfTrailingZeros(left);
                staged[lane] = new byte[bytes];
                int size = sizeSlot < 0 ? bytes : warp.words[sizeSlot][lane];
                if (size < 0 || size > bytes) {
                    throw KernelFault.failed("cp.async at " + source.where() + ": source size " + size + " of "
                            + warp.threadName(lane) + ", expected 0 to " + bytes);
                }
                sizes[lane] = size;
                if (size == bytes) {
                    whole |= 1 << lane;
                } else if (size > 0) {
                    read(warp, 1 << lane, size, staged, sources, places);
                }
            }
            read(warp, whole, bytes, staged, sources, places);
            to.resolve(warp, lanes, warp.addresses);
            for (int left = lanes; left != 0; ) {
                // The write counts from here on for the observer; the bytes arrive when somebody waits.
                int part = warp.gate.openLater(warp, this, CopyQueue.destinationOf(bytes), left);
                Region shared = warp.cta().shared();
                for (int rest = part; rest != 0; rest &= rest - 1) {
                    int lane = Integer.numberOfTrailingZeros(rest);
                    warp.copies().add(lane, staged[lane], sources[lane], places[lane], sizes[lane], shared,
                            warp.offsets[lane]);
                }
                left &= ~part;
            }
        }

        private void read(Warp warp, int lanes, int size, byte[][] staged, Region[] sources, int[] places) {
            from.resolve(warp, lanes, warp.addresses);
            Access access = CopyQueue.sourceOf(size);
            if (size < bytes) {
                warp.gate.checkAligned(warp, this, Space.GLOBAL, access, lanes, bytes, 0);
            }
            for (int left = lanes; left != 0; ) {
                int part = warp.gate.open(warp, this, Space.GLOBAL, access, left);
                for (int rest = part; rest != 0; rest &= rest - 1) {
                    int lane = Integer.numberOfTrailingZeros(rest);
                    System.arraycopy(warp.gate.data, warp.offsets[lane], staged[lane], 0, size);
                    sources[lane] = warp.gate.region;
                    places[lane] = warp.offsets[lane];
                }
                left &= ~part;
            }
        }
    }

    /** {@code cp.async.commit_group}. */
    static final class Commit extends Op {

        Commit(Instruction source) {
            super(source, InstructionClass.BARRIER);
        }

        @Override
        void execute(Warp warp, int lanes) {
            warp.copies().commit(lanes);
        }
    }

    /** {@code cp.async.wait_group} and {@code wait_all}. */
    static final class Wait extends Op {
        private final int newest;
        private final boolean all;

        Wait(Instruction source, int newest, boolean all) {
            super(source, InstructionClass.BARRIER);
            this.newest = newest;
            this.all = all;
        }

        @Override
        void execute(Warp warp, int lanes) {
            warp.copies().await(warp, lanes, newest, all);
        }
    }
}
