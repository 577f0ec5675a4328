package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.parse.Function;
import java.util.List;

/** A kernel ready to run. */
public final class Code {

    /** A register that holds what the hardware knows of a thread. */
    record Special(String name, boolean wide, int slot) {
    }

    final Op[] ops;
    /** By slot: the value in all lanes of a constant; null for what a warp owns. */
    final int[][] words;
    final long[][] longs;
    /** By slot: the mask of a constant; 0 for a register. */
    final int[] predicates;
    /** Slots of registers that may be read before they are written. */
    final int[] zeroWords;
    final int[] zeroLongs;
    final List<Special> specials;
    private final Function function;
    private final int staticShared;
    private final int localBytes;
    private final int parameterBytes;
    private final Profile profile;

    Code(Function function, List<Op> ops, Slots slots, int staticShared, int localBytes, int parameterBytes) {
        this.function = function;
        this.ops = ops.toArray(Op[]::new);
        words = slots.words();
        longs = slots.longs();
        predicates = slots.predicates();
        zeroWords = slots.zeroWords();
        zeroLongs = slots.zeroLongs();
        specials = slots.specials();
        this.staticShared = staticShared;
        this.localBytes = localBytes;
        this.parameterBytes = parameterBytes;
        profile = new Profile(this);
    }

    /**
     * The kernel.
     *
     * @return as parsed
     */
    public Function function() {
        return function;
    }

    /**
     * Shared memory that the code declares.
     *
     * @return bytes of a block
     */
    public int staticShared() {
        return staticShared;
    }

    /**
     * Local memory that the code declares.
     *
     * @return bytes of a thread
     */
    public int localBytes() {
        return localBytes;
    }

    /**
     * Size of the arguments.
     *
     * @return bytes
     */
    public int parameterBytes() {
        return parameterBytes;
    }

    /**
     * What was counted.
     *
     * @return counts of each instruction in all launches so far
     */
    public Profile profile() {
        return profile;
    }

    /**
     * The instructions as laid out.
     *
     * @return number of them
     */
    public int size() {
        return ops.length;
    }

    /**
     * One instruction.
     *
     * @param index from 0
     * @return the instruction
     */
    public Op op(int index) {
        return ops[index];
    }
}
