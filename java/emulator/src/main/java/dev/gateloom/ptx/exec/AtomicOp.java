package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.parse.Instruction;
import dev.gateloom.ptx.parse.Space;

/**
 * {@code atom} and {@code red}: lanes one after the other, in an order that a program may not rely on. Sums of floats flush
 * denormals where they are formed beside device memory and keep them in shared memory (PTX ISA, "atom").
 */
final class AtomicOp extends MemoryOp {

    /** The new value. */
    interface Update {
        long apply(long old, long operand, long third);
    }

    private final int bytes;
    private final boolean wide;
    private final int destination;
    private final int operand;
    private final int third;
    private final Update update;
    private final boolean sumsFloats;

    /** A destination of -1 stands for {@code red}, which returns nothing. */
    AtomicOp(Instruction source, Space space, Access access, Place place, boolean wide, int destination, int operand,
            int third, Update update, boolean sumsFloats) {
        super(source, InstructionClass.ATOMIC, space, destination < 0 ? access.reduction() : access, place);
        bytes = access.bytes();
        this.wide = wide;
        this.destination = destination;
        this.operand = operand;
        this.third = third;
        this.update = update;
        this.sumsFloats = sumsFloats;
    }

    @Override
    void transfer(Warp warp, int lanes, byte[] data, int[] offsets) {
        boolean flush = sumsFloats && warp.gate.region.space() == Space.GLOBAL;
        for (int left = lanes; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            long old = Bytes.get(data, offsets[lane], bytes, false);
            long value = value(warp, operand, lane);
            long result = flush ? Floats.flush((int) update.apply(Floats.flush((int) old), Floats.flush((int) value), 0))
                    : update.apply(old, value, value(warp, third, lane));
            Bytes.put(data, offsets[lane], bytes, result);
            if (destination >= 0 && wide) {
                warp.longs[destination][lane] = old;
            } else if (destination >= 0) {
                warp.words[destination][lane] = (int) old;
            }
        }
    }

    private long value(Warp warp, int slot, int lane) {
        return slot < 0 ? 0 : wide ? warp.longs[slot][lane] : warp.words[slot][lane] & 0xffffffffL;
    }
}
