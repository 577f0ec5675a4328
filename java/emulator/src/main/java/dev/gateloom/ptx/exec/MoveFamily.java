package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.exec.Compute.Adapt;
import dev.gateloom.ptx.memory.Region;
import dev.gateloom.ptx.parse.Instruction;
import dev.gateloom.ptx.parse.Operand;
import dev.gateloom.ptx.parse.PtxType;
import dev.gateloom.ptx.parse.Space;

/** Moves, packing, addresses, selections and comparisons. */
final class MoveFamily {

    private MoveFamily() {
    }

    static Op translate(Statement s) {
        return switch (s.opcode()) {
            case "mov" -> move(s);
            case "cvta" -> address(s);
            case "selp" -> select(s);
            case "setp" -> compare(s);
            default -> null;
        };
    }

    private static Op move(Statement s) {
        PtxType type = s.type();
        if (type == PtxType.PRED) {
            PredicateOps.Source p = s.predicate(1);
            return new PredicateOps.Logic(s.source, s.predicateDestination(s.operand(0)), p, p, (a, b) -> a);
        }
        boolean wide = type.bits() == 64;
        if (s.operand(1) instanceof Operand.Vector from) {
            return new Pack(s.source, wide, s.destination(s.operand(0), wide), parts(s, from), type.bits());
        }
        if (s.operand(0) instanceof Operand.Vector to) {
            int[] slots = to.elements().stream().mapToInt(e -> s.destination(e, false)).toArray();
            return new Unpack(s.source, wide, slots, wide ? s.wide(1, type) : s.word(1, type), type.bits());
        }
        if (s.operand(1) instanceof Operand.Special special && isClock(special.name())) {
            return new ControlOps.Clock(s.source, wide, s.destination(s.operand(0), wide), special.name().endsWith("_hi"));
        }
        if (wide) {
            return new Compute.LongOp(s.source, InstructionClass.MOVE, new int[] {s.wideDestination(0), s.wide(1, type)},
                    (d, a, b, c) -> System.arraycopy(a, 0, d, 0, Warp.LANES));
        }
        return new Direct.MoveWords(s.source, new int[] {s.destination(0), s.word(1, type)});
    }

    private static boolean isClock(String name) {
        return name.startsWith("%clock") || name.startsWith("%globaltimer");
    }

    private static int[] parts(Statement s, Operand.Vector vector) {
        return vector.elements().stream().mapToInt(e -> s.word(e, PtxType.B32)).toArray();
    }

    /** {@code cvta}: between the addresses of a space and generic ones. */
    private static Op address(Statement s) {
        boolean fromGeneric = s.take("to");
        Space space = MemoryFamily.space(s);
        s.type();
        long window = (switch (space) {
            case SHARED, CLUSTER_SHARED -> Region.SHARED_WINDOW;
            case LOCAL -> Region.LOCAL_WINDOW;
            case CONST -> Region.CONST_WINDOW;
            case GLOBAL -> 0L;
            default -> throw s.refuse("is not supported for this space");
        }) << Region.WINDOW_BITS;
        long add = fromGeneric ? -window : window;
        return new Compute.LongOp(s.source, InstructionClass.MOVE,
                new int[] {s.wideDestination(0), s.wide(1, PtxType.U64)}, (d, a, b, c) -> {
                    for (int i = 0; i < Warp.LANES; i++) {
                        d[i] = a[i] + add;
                    }
                });
    }

    private static Op select(Statement s) {
        PtxType type = s.type();
        PredicateOps.Source p = s.predicate(3);
        return type.bits() == 64
                ? new PredicateOps.SelectLongs(s.source, s.wideDestination(0), s.wide(1, type), s.wide(2, type), p)
                : new PredicateOps.SelectWords(s.source, s.destination(0), s.word(1, type), s.word(2, type), p);
    }

    private static Op compare(Statement s) {
        String comparison = s.takeFirst("a comparison");
        boolean flush = s.take("ftz");
        String combine = s.takeAny("and", "or", "xor");
        PtxType type = s.type();
        if (flush && type != PtxType.F32) {
            throw s.refuse("modifier .ftz is supported for .f32 only");
        }
        Operand p = s.operand(0);
        int first = s.predicateDestination(p instanceof Operand.Pair pair ? pair.first() : p);
        int second = p instanceof Operand.Pair pair ? s.predicateDestination(pair.second()) : -1;
        PredicateOps.Masks masks = combine == null ? null : switch (combine) {
            case "and" -> (a, b) -> a & b;
            case "or" -> (a, b) -> a | b;
            default -> (a, b) -> a ^ b;
        };
        PredicateOps.Source c = combine == null ? null : s.predicate(3);
        boolean wide = type.bits() == 64;
        Compute.TestLongs longs = !wide ? null
                : type.integral() ? Tests.longs(comparison, type.signed()) : Tests.doubles(comparison);
        Compute.TestWords words = wide ? null
                : type.integral() ? Tests.words(comparison, type.signed() || type == PtxType.B32)
                : type == PtxType.F32 ? Tests.floats(comparison)
                : type == PtxType.F16 || type == PtxType.BF16 ? Tests.halves(comparison, type == PtxType.BF16) : null;
        if (longs == null && words == null) {
            throw s.refuse("comparison ." + comparison + " of this type is not supported");
        }
        Adapt adapt = flush ? Adapt.FLUSH : type.bits() != 16 ? Adapt.NONE : type.signed() ? Adapt.SIGNED16 : Adapt.UNSIGNED16;
        return new PredicateOps.Set(s.source, first, second, wide ? s.wide(1, type) : s.word(1, type),
                wide ? s.wide(2, type) : s.word(2, type), words, longs, adapt, masks, c);
    }

    /** {@code mov.b64 d, {a, b}}: the first element becomes the lowest bits. */
    private static final class Pack extends Op {
        private final boolean wide;
        private final int d;
        private final int[] parts;
        private final int bits;

        Pack(Instruction source, boolean wide, int d, int[] parts, int bits) {
            super(source, InstructionClass.MOVE);
            this.wide = wide;
            this.d = d;
            this.parts = parts;
            this.bits = bits / parts.length;
        }

        @Override
        void execute(Warp warp, int lanes) {
            for (int left = lanes; left != 0; left &= left - 1) {
                int lane = Integer.numberOfTrailingZeros(left);
                long value = 0;
                for (int i = 0; i < parts.length; i++) {
                    value |= (warp.words[parts[i]][lane] & (1L << bits) - 1) << i * bits;
                }
                if (wide) {
                    warp.longs[d][lane] = value;
                } else {
                    warp.words[d][lane] = (int) value;
                }
            }
        }
    }

    /** {@code mov.b64 {a, b}, d}. */
    private static final class Unpack extends Op {
        private final boolean wide;
        private final int[] parts;
        private final int a;
        private final int bits;

        Unpack(Instruction source, boolean wide, int[] parts, int a, int bits) {
            super(source, InstructionClass.MOVE);
            this.wide = wide;
            this.parts = parts;
            this.a = a;
            this.bits = bits / parts.length;
        }

        @Override
        void execute(Warp warp, int lanes) {
            for (int left = lanes; left != 0; left &= left - 1) {
                int lane = Integer.numberOfTrailingZeros(left);
                long value = wide ? warp.longs[a][lane] : warp.words[a][lane];
                for (int i = 0; i < parts.length; i++) {
                    warp.words[parts[i]][lane] = (int) (value >>> i * bits & (1L << bits) - 1);
                }
            }
        }
    }

}
