package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.exec.Compute.Adapt;
import dev.gateloom.ptx.exec.Compute.Words;
import dev.gateloom.ptx.exec.Floats.Rounding;
import dev.gateloom.ptx.parse.PtxType;

/** {@code cvt}. Every conversion goes from the source's register to a long or a double and from there to the destination. */
final class ConversionFamily {

    /** The integer that a source register holds. */
    private interface ToLong {
        long apply(long bits);
    }

    private ConversionFamily() {
    }

    /** The instruction, or null if it is no conversion. */
    static Op translate(Statement s) {
        if (!s.opcode().equals("cvt")) {
            return null;
        }
        boolean flush = s.take("ftz");
        boolean saturate = s.take("sat");
        String rounding = s.takeAny("rn", "rz", "rm", "rp", "rna", "rni", "rzi", "rmi", "rpi");
        PtxType to = s.type();
        PtxType from = s.type();
        if (to == PtxType.F16X2 || to == PtxType.BF16X2) {
            return pair(s, to, from, rounding, flush || saturate);
        }
        if (from == PtxType.F16X2 || from == PtxType.BF16X2 || from == PtxType.TF32) {
            throw s.refuse("is not supported");
        }
        if (to.integral() && from.integral()) {
            return integers(s, to, from, saturate);
        }
        if (to.integral()) {
            return floatToInteger(s, to, from, rounding, flush);
        }
        if (from.integral()) {
            return integerToFloat(s, to, from, rounding, saturate);
        }
        return floats(s, to, from, rounding, flush, saturate);
    }

    private static Op integers(Statement s, PtxType to, PtxType from, boolean saturate) {
        if (from.bits() == 32 && to.bits() == 64 && !saturate && !s.isWide(1)) {
            return widen(s, from);
        }
        if (from.bits() == 64 && to.bits() == 32 && !saturate && !s.isWide(0)) {
            return new Compute.NarrowOp(s.source, InstructionClass.CONVERT, s.destination(0), s.wide(1, from), (d, a) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = (int) a[i];
                }
            });
        }
        ToLong extend = extension(from);
        ToLong cut = saturate ? clamp(to, from) : extension(to);
        return convert(s, from, bits -> cut.apply(extend.apply(bits)));
    }

    /** {@code cvt.s64.s32} and {@code cvt.u64.u32}, of which addresses are made. */
    private static Op widen(Statement s, PtxType from) {
        int a = s.word(1, from);
        return from.signed() ? new Direct.Extend(s.source, s.wideDestination(0), a)
                : new Compute.WidenOp(s.source, InstructionClass.CONVERT, s.wideDestination(0), a, a, s.constantLong(0),
                        (d, x, y, c) -> {
                            for (int i = 0; i < Warp.LANES; i++) {
                                d[i] = x[i] & 0xffffffffL;
                            }
                        });
    }

    /** The low bits of a register as its type means them. */
    private static ToLong extension(PtxType type) {
        int spare = 64 - type.bits();
        return type.signed() ? bits -> bits << spare >> spare : bits -> bits << spare >>> spare;
    }

    private static ToLong clamp(PtxType to, PtxType from) {
        if (to.bits() == 64 || !from.signed() && from.bits() == 64) {
            boolean toUnsigned = !to.signed();
            return from.signed() ? value -> toUnsigned ? Math.max(value, 0) : value
                    : value -> clampUnsigned(value, to);
        }
        long least = to.signed() ? -1L << to.bits() - 1 : 0;
        long most = to.signed() ? ~least : (1L << to.bits()) - 1;
        return value -> Math.max(least, Math.min(most, value));
    }

    private static long clampUnsigned(long value, PtxType to) {
        long most = to.bits() == 64 ? to.signed() ? Long.MAX_VALUE : -1 : to.signed() ? (1L << to.bits() - 1) - 1 : (1L << to.bits()) - 1;
        return Long.compareUnsigned(value, most) > 0 ? most : value;
    }

    private static Op floatToInteger(Statement s, PtxType to, PtxType from, String rounding, boolean flush) {
        if (rounding == null || !rounding.endsWith("i")) {
            throw s.refuse("expected a rounding to integers such as .rzi");
        }
        return convert(s, from, bits -> {
            double value = real(from, flush && from == PtxType.F32 ? Floats.flush((int) bits) : bits);
            return toInteger(round(value, rounding), to, from);
        });
    }

    /** Out of range means the nearest end of the range. NaN means 0, or with 64 bits on either side the highest bit alone. */
    private static long toInteger(double value, PtxType to, PtxType from) {
        if (Double.isNaN(value)) {
            return to.bits() == 64 || from == PtxType.F64 ? (to.signed() ? -1L : 1L) << to.bits() - 1 : 0;
        }
        if (to.signed()) {
            long least = -1L << to.bits() - 1;
            return Math.max(least, Math.min(~least, (long) value));
        }
        if (!(value > 0)) {
            return 0;
        }
        if (to.bits() < 64) {
            return Math.min((1L << to.bits()) - 1, (long) value);
        }
        return value >= 0x1p64 ? -1 : value >= 0x1p63 ? (long) (value - 0x1p63) ^ Long.MIN_VALUE : (long) value;
    }

    private static double round(double value, String rounding) {
        return switch (rounding) {
            case "rni" -> Math.rint(value);
            case "rmi" -> Math.floor(value);
            case "rpi" -> Math.ceil(value);
            default -> value < 0 ? Math.ceil(value) : Math.floor(value);
        };
    }

    private static Op integerToFloat(Statement s, PtxType to, PtxType from, String rounding, boolean saturate) {
        ToLong extend = extension(from);
        boolean unsignedLong = from.bits() == 64 && !from.signed();
        Rounding way = rounding == null ? null : switch (rounding) {
            case "rn" -> Rounding.NEAREST;
            case "rz" -> Rounding.ZERO;
            case "rm" -> Rounding.DOWN;
            case "rp" -> Rounding.UP;
            default -> null;
        };
        if (way == null || saturate || way != Rounding.NEAREST && (to != PtxType.F32 || from.bits() == 64)) {
            throw s.refuse("this rounding is not supported for these types");
        }
        return switch (to) {
            case F32 -> convert(s, from, bits -> {
                long value = extend.apply(bits);
                float result = unsignedLong ? unsignedToFloat(value)
                        : way == Rounding.NEAREST ? (float) value : Floats.round(value, 0, way);
                return Float.floatToRawIntBits(result);
            });
            case F64 -> convert(s, from, bits -> {
                long value = extend.apply(bits);
                return Double.doubleToRawLongBits(unsignedLong ? unsignedToDouble(value) : (double) value);
            });
            default -> throw s.refuse("is not supported");
        };
    }

    /** Halving keeps the bit that was cut off as a sticky one, so that rounding happens once. */
    private static float unsignedToFloat(long value) {
        return value >= 0 ? (float) value : (float) (value >>> 1 | value & 1) * 2;
    }

    private static double unsignedToDouble(long value) {
        return value >= 0 ? (double) value : (double) (value >>> 1 | value & 1) * 2;
    }

    private static Op floats(Statement s, PtxType to, PtxType from, String rounding, boolean flush, boolean saturate) {
        if (to == PtxType.TF32) {
            if (from != PtxType.F32 || !"rna".equals(rounding) || flush || saturate) {
                throw s.refuse("is supported as cvt.rna.tf32.f32");
            }
            return words(s, from, BrainFloats::toTf32, Adapt.NONE);
        }
        boolean whole = rounding != null && rounding.endsWith("i");
        boolean exact = from.bits() <= to.bits();
        if (rounding != null && !whole && !rounding.equals("rn") || rounding == null && !exact) {
            throw s.refuse("is supported as .rn only");
        }
        if (to == PtxType.F32 && from == PtxType.F32 && !whole && saturate) {
            return new Compute.WordOp(s.source, InstructionClass.CONVERT, IntegerFamily.wordSlots(s, from),
                    flush ? Adapt.FLUSH : Adapt.NONE, Adapt.SATURATE, (d, a, b, c) ->
                            System.arraycopy(a, 0, d, 0, Warp.LANES));
        }
        return convert(s, from, bits -> {
            double value = real(from, flush && from == PtxType.F32 ? Floats.flush((int) bits) : bits);
            double result = whole ? round(value, rounding) : value;
            if (saturate) {
                result = result > 0 ? Math.min(result, 1) : 0;
            }
            long out = encode(to, result);
            return flush && to == PtxType.F32 ? Floats.flush((int) out) : out;
        });
    }

    private static double real(PtxType type, long bits) {
        return switch (type) {
            case F16 -> Halves.toFloat((int) bits);
            case BF16 -> BrainFloats.toFloat((int) bits);
            case F32 -> Float.intBitsToFloat((int) bits);
            default -> Double.longBitsToDouble(bits);
        };
    }

    /** To the nearest; on the way to 16 bits a double becomes an odd float, so that it is rounded only once. */
    private static long encode(PtxType type, double value) {
        return switch (type) {
            case F16 -> Halves.fromFloat(Floats.roundOdd(value, 0));
            case BF16 -> BrainFloats.fromFloat(Floats.roundOdd(value, 0));
            case F32 -> Floats.bits((float) value);
            default -> Double.doubleToRawLongBits(value);
        };
    }

    /** {@code cvt.rn.bf16x2.f32 d, a, b}: a becomes the upper half. */
    private static Op pair(Statement s, PtxType to, PtxType from, String rounding, boolean modified) {
        if (from != PtxType.F32 || !"rn".equals(rounding) || modified) {
            throw s.refuse("is supported as .rn of .f32");
        }
        Words body = to == PtxType.F16X2 ? (d, a, b, c) -> {
            for (int i = 0; i < Warp.LANES; i++) {
                d[i] = Halves.fromFloat(Floats.of(a[i])) << 16 | Halves.fromFloat(Floats.of(b[i]));
            }
        } : (d, a, b, c) -> {
            for (int i = 0; i < Warp.LANES; i++) {
                d[i] = BrainFloats.fromFloat(Floats.of(a[i])) << 16 | BrainFloats.fromFloat(Floats.of(b[i]));
            }
        };
        return new Compute.WordOp(s.source, InstructionClass.CONVERT,
                new int[] {s.destination(0), s.word(1, from), s.word(2, from)}, Adapt.NONE, Adapt.NONE, body);
    }

    /** One lane of a conversion between words. */
    private interface Word {
        int apply(int bits);
    }

    private static Op words(Statement s, PtxType from, Word body, Adapt after) {
        return new Compute.WordOp(s.source, InstructionClass.CONVERT, IntegerFamily.wordSlots(s, from), Adapt.NONE, after,
                (d, a, b, c) -> {
                    for (int i = 0; i < Warp.LANES; i++) {
                        d[i] = body.apply(a[i]);
                    }
                });
    }

    /** The instruction between whichever files its registers live in; narrow results fill words with zeros above 16 bits. */
    private static Op convert(Statement s, PtxType from, ToLong body) {
        boolean wideFrom = from.bits() == 64 || s.isWide(1);
        boolean wideTo = s.isWide(0);
        int d = s.destination(s.operand(0), wideTo);
        if (wideFrom && wideTo) {
            return new Compute.LongOp(s.source, InstructionClass.CONVERT, new int[] {d, s.wide(1, from)}, (to, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    to[i] = body.apply(a[i]);
                }
            });
        }
        if (wideFrom) {
            return new Compute.NarrowOp(s.source, InstructionClass.CONVERT, d, s.wide(1, from), (to, a) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    to[i] = (int) body.apply(a[i]);
                }
            });
        }
        int a = s.word(1, from);
        if (wideTo) {
            return new Compute.WidenOp(s.source, InstructionClass.CONVERT, d, a, a, s.constantLong(0), (to, x, y, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    to[i] = body.apply(x[i]);
                }
            });
        }
        return words(s, from, bits -> (int) body.apply(bits), Adapt.NONE);
    }
}
