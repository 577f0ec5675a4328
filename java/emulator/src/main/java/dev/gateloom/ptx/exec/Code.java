package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.parse.Function;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A kernel ready to run. */
public final class Code {

    /** A register that holds what the hardware knows of a thread. */
    record Special(String name, boolean wide, int slot) {
    }

    /** What a warp reads and writes, by slot. */
    record Registers(int[][] words, long[][] longs, int[] predicates) {
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
    /** Of warps whose launch has ended. */
    private final Deque<Registers> spare = new ArrayDeque<>();

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
    }

    /** For a warp of a launch: constants are there, what is to be zero is not yet. */
    Registers take() {
        Registers used = spare.poll();
        if (used != null) {
            return used;
        }
        int[][] ownWords = words.clone();
        for (int i = 0; i < ownWords.length; i++) {
            ownWords[i] = ownWords[i] == null ? new int[Warp.LANES] : ownWords[i];
        }
        long[][] ownLongs = longs.clone();
        for (int i = 0; i < ownLongs.length; i++) {
            ownLongs[i] = ownLongs[i] == null ? new long[Warp.LANES] : ownLongs[i];
        }
        return new Registers(ownWords, ownLongs, predicates.clone());
    }

    void giveBack(Registers registers) {
        spare.push(registers);
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
