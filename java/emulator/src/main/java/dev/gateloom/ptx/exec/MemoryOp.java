package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.parse.Instruction;
import dev.gateloom.ptx.parse.Space;
import java.util.List;

/** An instruction that touches memory at {@code [base + offset]}. */
abstract class MemoryOp extends Op {
    final Space space;
    final Access access;
    final Place place;
    /** Of an element of a torn vector: bytes of the vector, and of the elements before this one. */
    int vectorBytes;
    int inVector;

    /**
     * Where its operand says.
     *
     * @param wide whether the base is a long
     * @param slot of the base
     * @param offset added to it
     */
    record Place(boolean wide, int slot, long offset) {

        Place plus(int bytes) {
            return new Place(wide, slot, offset + bytes);
        }

        /** Addresses of some lanes; 32-bit ones wrap. */
        void resolve(Warp warp, int lanes, long[] addresses) {
            if (wide) {
                long[] base = warp.longs[slot];
                for (int lane = 0; lane < Warp.LANES; lane++) {
                    addresses[lane] = base[lane] + offset;
                }
            } else {
                int[] base = warp.words[slot];
                for (int lane = 0; lane < Warp.LANES; lane++) {
                    addresses[lane] = base[lane] + offset & 0xffffffffL;
                }
            }
        }
    }

    MemoryOp(Instruction source, InstructionClass counted, Space space, Access access, Place place) {
        super(source, counted);
        this.space = space;
        this.access = access;
        this.place = place;
    }

    @Override
    void execute(Warp warp, int lanes) {
        place.resolve(warp, lanes, warp.addresses);
        if (vectorBytes != 0) {
            warp.gate.checkAligned(warp, this, space, access, lanes, vectorBytes, inVector);
        }
        for (int left = lanes; left != 0; ) {
            int part = warp.gate.open(warp, this, left);
            transfer(warp, part, warp.gate.data, warp.offsets);
            left &= ~part;
        }
    }

    /**
     * The accesses to the elements of a vector.
     *
     * @return this one alone if it is no vector
     */
    List<MemoryOp> elements() {
        return List.of(this);
    }

    /** This one is one of the {@link #elements} of another one. */
    final MemoryOp of(MemoryOp vector, int before) {
        vectorBytes = vector.access.bytes();
        inVector = before;
        return this;
    }

    /** Whether it changes the address that the other elements need. */
    boolean overwritesBase() {
        return false;
    }

    /** Moves the bytes of lanes whose accesses are legal. */
    abstract void transfer(Warp warp, int lanes, byte[] data, int[] offsets);

    static InstructionClass counted(Space space) {
        return switch (space) {
            case SHARED, CLUSTER_SHARED -> InstructionClass.SHARED;
            case LOCAL -> InstructionClass.LOCAL;
            case PARAM, CONST -> InstructionClass.PARAMETER;
            default -> InstructionClass.GLOBAL;
        };
    }
}
