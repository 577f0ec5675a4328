package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.exec.RegisterFiles.File;
import dev.gateloom.ptx.parse.Instruction;
import dev.gateloom.ptx.parse.Operand;
import dev.gateloom.ptx.parse.PtxException;
import dev.gateloom.ptx.parse.PtxType;
import dev.gateloom.ptx.parse.Register;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers what instructions read and write: one file of 32-bit words (narrower registers too), one of 64-bit longs, one of
 * predicates. Registers come first, as {@link RegisterFiles} has placed them. Constants and special registers get slots of
 * their own, so that an instruction reads all its operands alike.
 */
final class Slots {
    private static final int LANES = 32;

    private final RegisterFiles files;
    private final boolean explicitCluster;
    private final List<int[]> words = new ArrayList<>();
    private final List<long[]> longs = new ArrayList<>();
    private final List<Integer> predicates = new ArrayList<>();
    private final List<Code.Special> specials = new ArrayList<>();
    private final Map<Integer, Integer> wordConstants = new HashMap<>();
    private final Map<Long, Integer> longConstants = new HashMap<>();
    private final Map<String, Integer> specialSlots = new HashMap<>();
    private final Map<Integer, Integer> predicateConstants = new HashMap<>();
    private int wordSink = -1;
    private int longSink = -1;
    private int predicateSink = -1;
    private int carry = -1;

    Slots(RegisterFiles files, boolean explicitCluster) {
        this.files = files;
        this.explicitCluster = explicitCluster;
        for (int i = 0; i < files.size(File.WORDS); i++) {
            newWord(null);
        }
        for (int i = 0; i < files.size(File.LONGS); i++) {
            newLong(null);
        }
        for (int i = 0; i < files.size(File.PREDICATES); i++) {
            newPredicate(0);
        }
    }

    /** Slots that must be zero at the start of a thread; those of predicates all are. */
    int[] zeroWords() {
        return files.undefined(File.WORDS);
    }

    int[] zeroLongs() {
        return files.undefined(File.LONGS);
    }

    int[][] words() {
        return words.toArray(int[][]::new);
    }

    long[][] longs() {
        return longs.toArray(long[][]::new);
    }

    int[] predicates() {
        return predicates.stream().mapToInt(Integer::intValue).toArray();
    }

    List<Code.Special> specials() {
        return List.copyOf(specials);
    }

    static boolean isWide(Register register) {
        return register.type().bits() == 64;
    }

    /** Where an instruction writes what it throws away. */
    int sinkWord() {
        wordSink = wordSink < 0 ? newWord(null) : wordSink;
        return wordSink;
    }

    int sinkLong() {
        longSink = longSink < 0 ? newLong(null) : longSink;
        return longSink;
    }

    int sinkPredicate() {
        predicateSink = predicateSink < 0 ? newPredicate(0) : predicateSink;
        return predicateSink;
    }

    /** Whether the kernel says how many blocks its clusters have. */
    boolean explicitCluster() {
        return explicitCluster;
    }

    /** The predicate that holds the carry of {@code add.cc} and its like. */
    int carry() {
        carry = carry < 0 ? newPredicate(0) : carry;
        return carry;
    }

    int slot(Register register) {
        return files.place(register);
    }

    int wordConstant(int value) {
        return wordConstants.computeIfAbsent(value, v -> {
            int[] lanes = new int[LANES];
            Arrays.fill(lanes, v);
            return newWord(lanes);
        });
    }

    int longConstant(long value) {
        return longConstants.computeIfAbsent(value, v -> {
            long[] lanes = new long[LANES];
            Arrays.fill(lanes, v);
            return newLong(lanes);
        });
    }

    int predicateConstant(boolean value) {
        return predicateConstants.computeIfAbsent(value ? -1 : 0, this::newPredicate);
    }

    int special(String name, Instruction user) {
        boolean wide = Specials.isWide(name);
        if (!Specials.isKnown(name)) {
            throw new PtxException(user.ptxLine(), "special register " + name + " is not supported here");
        }
        return specialSlots.computeIfAbsent(name, n -> {
            int slot = wide ? newLong(null) : newWord(null);
            specials.add(new Code.Special(n, wide, slot));
            return slot;
        });
    }

    /** Whether an operand lives in the file of longs; constants live where they are asked for. */
    static boolean isWide(Operand operand) {
        return operand instanceof Operand.Reg reg && isWide(reg.register())
                || operand instanceof Operand.Special special && Specials.isWide(special.name());
    }

    static int bits(PtxType type, Operand.Real real) {
        return switch (type) {
            case F16 -> Halves.fromFloat((float) real.value());
            case BF16 -> BrainFloats.fromFloat((float) real.value());
            default -> real.single();
        };
    }

    private int newWord(int[] constant) {
        words.add(constant);
        return words.size() - 1;
    }

    private int newLong(long[] constant) {
        longs.add(constant);
        return longs.size() - 1;
    }

    private int newPredicate(int constant) {
        predicates.add(constant);
        return predicates.size() - 1;
    }
}
