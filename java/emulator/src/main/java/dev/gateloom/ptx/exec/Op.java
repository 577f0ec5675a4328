package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.parse.Instruction;
import dev.gateloom.ptx.parse.Space;

/** An instruction ready to run: operands are slots of the warp's registers. */
public abstract class Op {
    /** Where it came from; null for a jump that the layout of blocks made necessary. */
    final Instruction source;
    final InstructionClass counted;
    /** Slot of the guarding predicate; -1 for none. */
    int guard = -1;
    /** -1 if the guard is negated. */
    int guardFlip;
    /** Whether a block starts here: where diverged threads may meet. */
    boolean leader;
    /** Whether it runs even if its guard is false for all: it decides where to go on. */
    boolean always;
    /** Its place in the code as laid out. */
    int index;
    /** Floating-point operations of one thread. */
    int flops;
    private AccessPattern onGlobal;
    private AccessPattern onShared;

    Op(Instruction source, InstructionClass counted) {
        this.source = source;
        this.counted = counted;
    }

    /** Runs for some lanes; the warp's {@code pc} is already that of the next instruction. */
    abstract void execute(Warp warp, int lanes);

    /**
     * Where it came from.
     *
     * @return the instruction; null for a jump that the layout of blocks made necessary
     */
    public Instruction source() {
        return source;
    }

    /**
     * Its place in the code as laid out.
     *
     * @return from 0
     */
    public int index() {
        return index;
    }

    /**
     * Who gets what a lane's address points to.
     *
     * @param lane whose address
     * @return a bit for each lane: the lane itself, but where threads fetch for each other
     */
    public int readers(int lane) {
        return 1 << lane;
    }

    /** How it touched memory of a space, global or shared, the last time. */
    final AccessPattern pattern(Space space, Lines lines) {
        if (space == Space.SHARED) {
            onShared = onShared == null ? new AccessPattern(lines) : onShared;
            return onShared;
        }
        onGlobal = onGlobal == null ? new AccessPattern(lines) : onGlobal;
        return onGlobal;
    }

    /**
     * Where it is, for a report.
     *
     * @return the line of the source, else that of the PTX
     */
    public String where() {
        return source == null ? "a jump" : source.where();
    }
}
