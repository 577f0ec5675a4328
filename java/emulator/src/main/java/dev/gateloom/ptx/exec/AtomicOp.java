package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.parse.Instruction;
import dev.gateloom.ptx.parse.Space;

/** {@code atom} and {@code red}: lanes one after the other, in an order that a program may not rely on. */
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

    /** A destination of -1 stands for {@code red}, which returns nothing. */
    AtomicOp(Instruction source, Space space, Access access, Place place, boolean wide, int destination, int operand,
            int third, Update update) {
        super(source, InstructionClass.ATOMIC, space, destination < 0 ? access.reduction() : access, place);
        bytes = access.bytes();
        this.wide = wide;
        this.destination = destination;
        this.operand = operand;
        this.third = third;
        this.update = update;
    }

    @Override
    void transfer(Warp warp, int lanes, byte[] data, int[] offsets) {
        for (int left = lanes; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            long old = Bytes.get(data, offsets[lane], bytes, false);
            Bytes.put(data, offsets[lane], bytes, update.apply(old, value(warp, operand, lane), value(warp, third, lane)));
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
