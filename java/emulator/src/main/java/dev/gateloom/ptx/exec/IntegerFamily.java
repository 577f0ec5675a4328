package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.exec.Compute.Adapt;
import dev.gateloom.ptx.exec.Compute.Longs;
import dev.gateloom.ptx.exec.Compute.Words;
import dev.gateloom.ptx.parse.Instruction;
import dev.gateloom.ptx.parse.PtxType;

/** Integer arithmetic and logic. */
final class IntegerFamily {

    private IntegerFamily() {
    }

    /** The instruction, or null if it is not an integer one. */
    static Op translate(Statement s) {
        return switch (s.opcode()) {
            case "add", "sub", "mul", "mad", "mul24", "div", "rem", "abs", "neg", "min", "max" -> arithmetic(s);
            case "and", "or", "xor", "not", "cnot", "shl", "shr" -> logic(s);
            case "popc", "clz", "brev" -> count(s);
            case "bfind" -> find(s);
            case "bfe", "bfi", "prmt", "lop3", "shf" -> bits(s);
            default -> null;
        };
    }

    private static Op arithmetic(Statement s) {
        String half = s.takeAny("lo", "hi", "wide");
        PtxType type = s.type();
        if (!type.integral()) {
            throw s.refuse("is no integer instruction");
        }
        if (s.opcode().equals("mul24")) {
            throw s.refuse("is not supported");
        }
        if (s.take("sat")) {
            throw s.refuse("modifier .sat is not supported for integers");
        }
        if ("wide".equals(half)) {
            return wide(s, type);
        }
        if (s.opcode().equals("add") && type.bits() == 32) {
            return new Direct.AddWords(s.source, wordSlots(s, type));
        }
        if (s.opcode().equals("add") && type.bits() == 64) {
            return new Direct.AddLongs(s.source, s.wideDestination(0), s.wide(1, type), s.wide(2, type));
        }
        if (type.bits() == 64) {
            Longs body = "hi".equals(half) ? IntegerMath.highLongs(s.opcode(), type.signed())
                    : IntegerMath.longs(s.opcode(), type.signed());
            return new Compute.LongOp(s.source, InstructionClass.INTEGER, wideSlots(s, type), body);
        }
        boolean high = "hi".equals(half);
        if (type.bits() == 16) {
            Words body = high ? IntegerMath.high16(s.opcode()) : IntegerMath.words(s.opcode(), type.signed());
            return new Compute.WordOp(s.source, InstructionClass.INTEGER, wordSlots(s, type),
                    type.signed() ? Adapt.SIGNED16 : Adapt.UNSIGNED16, Adapt.UNSIGNED16, body);
        }
        Words body = high ? IntegerMath.high(s.opcode(), type.signed()) : IntegerMath.words(s.opcode(), type.signed());
        return word(s, type, body);
    }

    /** {@code mul.wide} and {@code mad.wide}: 16 bits to 32, 32 to 64. */
    private static Op wide(Statement s, PtxType type) {
        if (type.bits() == 16) {
            Adapt extend = type.signed() ? Adapt.SIGNED16 : Adapt.UNSIGNED16;
            if (s.opcode().equals("mad")) {
                throw s.refuse("is not supported for 16 bits");
            }
            return new Compute.WordOp(s.source, InstructionClass.INTEGER, wordSlots(s, type), extend, Adapt.NONE,
                    IntegerMath.words("mul", true));
        }
        boolean signed = type.signed();
        boolean mad = s.opcode().equals("mad");
        if (signed && !mad) {
            return new Direct.MultiplyWide(s.source, s.wideDestination(0), s.word(1, type), s.word(2, type));
        }
        int c = mad ? s.wide(3, PtxType.B64) : s.constantLong(0);
        return new Compute.WidenOp(s.source, InstructionClass.INTEGER, s.wideDestination(0), s.word(1, type), s.word(2, type),
                c, signed ? IntegerMath::multiplyWideSigned : IntegerMath::multiplyWideUnsigned);
    }

    private static Op logic(Statement s) {
        PtxType type = s.type();
        String opcode = s.opcode();
        if (type == PtxType.PRED) {
            return predicateLogic(s);
        }
        boolean shift = opcode.equals("shl") || opcode.equals("shr");
        if (type.bits() == 64 && shift) {
            return new Compute.WidenOp(s.source, InstructionClass.INTEGER, s.wideDestination(0), s.word(2, PtxType.B32),
                    s.constantWord(0), s.wide(1, type), IntegerMath.shiftLongs(opcode, type.signed()));
        }
        if (type.bits() == 64) {
            return new Compute.LongOp(s.source, InstructionClass.INTEGER, wideSlots(s, type),
                    IntegerMath.longs(opcode, false));
        }
        if (type.bits() == 16 && shift) {
            // The amount is a whole word: only the value is extended, by a shift of its own kind.
            return new Compute.WordOp(s.source, InstructionClass.INTEGER,
                    new int[] {s.destination(0), s.word(1, type), s.word(2, PtxType.B32)}, Adapt.NONE, Adapt.UNSIGNED16,
                    IntegerMath.shift16(opcode, type.signed()));
        }
        if (type.bits() == 16) {
            return new Compute.WordOp(s.source, InstructionClass.INTEGER, wordSlots(s, type), Adapt.UNSIGNED16,
                    Adapt.UNSIGNED16, IntegerMath.words(opcode, false));
        }
        return word(s, type, IntegerMath.words(opcode, type.signed()));
    }

    private static Op predicateLogic(Statement s) {
        PredicateOps.Masks body = switch (s.opcode()) {
            case "and" -> (a, b) -> a & b;
            case "or" -> (a, b) -> a | b;
            case "xor" -> (a, b) -> a ^ b;
            case "not" -> (a, b) -> ~a;
            default -> throw s.refuse("is not defined for predicates");
        };
        PredicateOps.Source a = s.predicate(1);
        PredicateOps.Source b = s.opcode().equals("not") ? a : s.predicate(2);
        return new PredicateOps.Logic(s.source, s.predicateDestination(s.operand(0)), a, b, body);
    }

    private static Op count(Statement s) {
        PtxType type = s.type();
        if (type.bits() == 64 && !s.opcode().equals("brev")) {
            return new Compute.NarrowOp(s.source, InstructionClass.INTEGER, s.destination(0), s.wide(1, type),
                    IntegerMath.countLongs(s.opcode()));
        }
        return type.bits() == 64
                ? new Compute.LongOp(s.source, InstructionClass.INTEGER, wideSlots(s, type), IntegerMath.longs("brev", false))
                : word(s, type, IntegerMath.words(s.opcode(), false));
    }

    /** {@code bfind}: the highest bit that says something about the value, -1 if there is none. */
    private static Op find(Statement s) {
        boolean shift = s.take("shiftamt");
        PtxType type = s.type();
        return type.bits() == 64 ? new Compute.NarrowOp(s.source, InstructionClass.INTEGER, s.destination(0), s.wide(1, type),
                BitMath.findLong(type.signed(), shift)) : word(s, type, BitMath.find(type.signed(), shift));
    }

    private static Op bits(Statement s) {
        if (s.opcode().equals("prmt")) {
            PtxType type = s.type();
            return word(s, type, BitMath::permute);
        }
        if (s.opcode().equals("lop3")) {
            PtxType type = s.type();
            int table = (int) s.integer(4);
            return new Compute.WordOp(s.source, InstructionClass.INTEGER,
                    new int[] {s.destination(0), s.word(1, type), s.word(2, type), s.word(3, type)}, Adapt.NONE,
                    Adapt.NONE, BitMath.lookUp(table));
        }
        if (s.opcode().equals("shf")) {
            boolean leftwards = s.takeOne("l", "r").equals("l");
            boolean wrap = s.takeOne("wrap", "clamp").equals("wrap");
            PtxType type = s.type();
            return word(s, type, BitMath.funnel(leftwards, wrap));
        }
        PtxType type = s.type();
        boolean wide = type.bits() == 64;
        if (s.opcode().equals("bfi")) {
            return new BitFieldInsert(s.source, wide, s.destination(s.operand(0), wide),
                    wide ? s.wide(1, type) : s.word(1, type), wide ? s.wide(2, type) : s.word(2, type),
                    s.word(3, PtxType.B32), s.word(4, PtxType.B32));
        }
        if (wide) {
            throw s.refuse("is supported for 32 bits only");
        }
        return word(s, type, type.signed() ? BitMath::extractSigned : BitMath::extractUnsigned);
    }

    /** {@code bfi} is the one instruction with four sources. */
    private static final class BitFieldInsert extends Op {
        private final boolean wide;
        private final int d;
        private final int a;
        private final int b;
        private final int position;
        private final int length;

        BitFieldInsert(Instruction source, boolean wide, int d, int a, int b, int position, int length) {
            super(source, InstructionClass.INTEGER);
            this.wide = wide;
            this.d = d;
            this.a = a;
            this.b = b;
            this.position = position;
            this.length = length;
        }

        @Override
        void execute(Warp warp, int lanes) {
            for (int left = lanes; left != 0; left &= left - 1) {
                int i = Integer.numberOfTrailingZeros(left);
                int at = warp.words[position][i] & 255;
                int bits = warp.words[length][i] & 255;
                if (wide) {
                    warp.longs[d][i] = BitMath.insert(warp.longs[a][i], warp.longs[b][i], at, bits, Long.SIZE);
                } else {
                    warp.words[d][i] = (int) BitMath.insert(warp.words[a][i], warp.words[b][i], at, bits, Integer.SIZE);
                }
            }
        }
    }

    static Op word(Statement s, PtxType type, Words body) {
        if (type.bits() != 32) {
            throw s.refuse("type ." + type.name().toLowerCase(java.util.Locale.ROOT) + " is not supported here");
        }
        return new Compute.WordOp(s.source, InstructionClass.INTEGER, wordSlots(s, type), Adapt.NONE, Adapt.NONE, body);
    }

    /** How many operands an instruction reads, if it is one that computes one result of operands of its own type. */
    private static int sources(String opcode) {
        return switch (opcode) {
            case "abs", "neg", "not", "cnot", "popc", "clz", "brev", "bfind", "cvt", "rcp", "sqrt", "rsqrt", "ex2", "lg2", "sin", "cos",
                "tanh" -> 1;
            case "mad", "fma", "prmt", "shf", "bfe" -> 3;
            default -> 2;
        };
    }

    static int[] wordSlots(Statement s, PtxType type) {
        int[] slots = new int[1 + sources(s.opcode())];
        slots[0] = s.destination(0);
        for (int i = 1; i < slots.length; i++) {
            slots[i] = s.word(i, type);
        }
        return slots;
    }

    static int[] wideSlots(Statement s, PtxType type) {
        int[] slots = new int[1 + sources(s.opcode())];
        slots[0] = s.wideDestination(0);
        for (int i = 1; i < slots.length; i++) {
            slots[i] = s.wide(i, type);
        }
        return slots;
    }
}
