package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.exec.Compute.Adapt;
import dev.gateloom.ptx.exec.Compute.Longs;
import dev.gateloom.ptx.exec.Compute.Words;
import dev.gateloom.ptx.exec.Floats.Rounding;
import dev.gateloom.ptx.parse.PtxType;
import java.util.Set;

/** Floating-point arithmetic. */
final class FloatFamily {
    private static final Set<String> SATURATING = Set.of("add", "sub", "mul", "fma", "mad");

    private final Approximations approximations;

    FloatFamily(Approximations approximations) {
        this.approximations = approximations;
    }

    /** The instruction, or null if it is not one on floating-point numbers. */
    Op translate(Statement s) {
        boolean single = s.source.modifiers().contains("f32");
        boolean twice = s.source.modifiers().contains("f64");
        return switch (s.opcode()) {
            case "add", "sub", "mul", "fma", "mad", "div", "rcp", "sqrt", "min", "max", "abs", "neg", "copysign" ->
                single ? single(s) : twice ? twice(s) : null;
            case "rsqrt", "ex2", "lg2", "sin", "cos", "tanh" -> single ? single(s) : refuse(s);
            default -> null;
        };
    }

    private static Op refuse(Statement s) {
        throw s.refuse("is supported for .f32 only");
    }

    private Op single(Statement s) {
        PtxType type = s.type();
        boolean flush = !s.opcode().equals("tanh") && s.take("ftz");
        boolean saturate = SATURATING.contains(s.opcode()) && s.take("sat");
        boolean special = false;
        Words body;
        switch (s.opcode()) {
            case "add", "sub", "mul", "fma", "mad" -> {
                Rounding rounding = rounding(s);
                if (rounding == Rounding.NEAREST && !flush && !saturate) {
                    Op op = Direct.floats(s.source, s.opcode(), IntegerFamily.wordSlots(s, type));
                    if (op != null) {
                        op.flops = flops(s.opcode());
                        return op;
                    }
                }
                body = arithmetic(s.opcode(), rounding);
            }
            case "div", "rcp", "sqrt" -> {
                body = quotient(s, s.opcode());
                special = true;
            }
            case "rsqrt", "ex2", "lg2", "sin", "cos", "tanh" -> {
                if (!s.take("approx")) {
                    throw s.refuse("expected .approx");
                }
                body = approximation(s.opcode());
                special = true;
            }
            default -> body = plain(s);
        }
        Adapt before = flush ? Adapt.FLUSH : Adapt.NONE;
        Adapt after = flush ? saturate ? Adapt.FLUSH_SATURATE : Adapt.FLUSH : saturate ? Adapt.SATURATE : Adapt.NONE;
        Op op = new Compute.WordOp(s.source, special ? InstructionClass.SPECIAL : InstructionClass.FLOAT32,
                IntegerFamily.wordSlots(s, type), before, after, body);
        op.flops = flops(s.opcode());
        return op;
    }

    static int flops(String opcode) {
        return switch (opcode) {
            case "fma", "mad" -> 2;
            case "abs", "neg", "copysign" -> 0;
            default -> 1;
        };
    }

    private static Rounding rounding(Statement s) {
        String name = s.takeAny("rn", "rz", "rm", "rp");
        return name == null ? Rounding.NEAREST : switch (name) {
            case "rz" -> Rounding.ZERO;
            case "rm" -> Rounding.DOWN;
            case "rp" -> Rounding.UP;
            default -> Rounding.NEAREST;
        };
    }

    private static Words arithmetic(String opcode, Rounding rounding) {
        if (rounding != Rounding.NEAREST) {
            return switch (opcode) {
                case "add" -> directed((a, b, c) -> Floats.fma(a, 1, b, rounding));
                case "sub" -> directed((a, b, c) -> Floats.fma(b, -1, a, rounding));
                case "mul" -> directed((a, b, c) -> Floats.multiply(a, b, rounding));
                default -> (d, a, b, c) -> {
                    for (int i = 0; i < Warp.LANES; i++) {
                        d[i] = Floats.bits(Floats.fma(Floats.of(a[i]), Floats.of(b[i]), Floats.of(c[i]), rounding));
                    }
                };
            };
        }
        return switch (opcode) {
            case "add" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = Floats.bits(Floats.of(a[i]) + Floats.of(b[i]));
                }
            };
            case "sub" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = Floats.bits(Floats.of(a[i]) - Floats.of(b[i]));
                }
            };
            case "mul" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = Floats.bits(Floats.of(a[i]) * Floats.of(b[i]));
                }
            };
            default -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = Floats.bits(Math.fma(Floats.of(a[i]), Floats.of(b[i]), Floats.of(c[i])));
                }
            };
        };
    }

    /** One lane of an instruction that is too rare to have a loop of its own. */
    private interface Triple {
        float apply(float a, float b, float c);
    }

    private static Words directed(Triple triple) {
        return (d, a, b, c) -> {
            for (int i = 0; i < Warp.LANES; i++) {
                d[i] = Floats.bits(triple.apply(Floats.of(a[i]), Floats.of(b[i]), Floats.of(c[i])));
            }
        };
    }

    private Words quotient(Statement s, String opcode) {
        String kind = s.takeAny("approx", "full", "rn");
        if (kind == null) {
            throw s.refuse("is supported as .rn" + (opcode.equals("div") ? ", .full" : "") + " and .approx");
        }
        if (kind.equals("rn")) {
            return switch (opcode) {
                case "div" -> (d, a, b, c) -> {
                    for (int i = 0; i < Warp.LANES; i++) {
                        d[i] = Floats.bits(Floats.of(a[i]) / Floats.of(b[i]));
                    }
                };
                case "rcp" -> (d, a, b, c) -> {
                    for (int i = 0; i < Warp.LANES; i++) {
                        d[i] = Floats.bits(1 / Floats.of(a[i]));
                    }
                };
                default -> directed((a, b, c) -> (float) Math.sqrt(a));
            };
        }
        return switch (opcode) {
            case "div" -> kind.equals("full") ? directed((a, b, c) -> approximations.divide(a, b))
                    : directed((a, b, c) -> divideByReciprocal(a, b));
            case "rcp" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = Floats.bits(approximations.reciprocal(Floats.of(a[i])));
                }
            };
            default -> directed((a, b, c) -> approximations.root(a));
        };
    }

    /** {@code div.approx} goes through a reciprocal that is flushed to zero for huge divisors. */
    private float divideByReciprocal(float a, float b) {
        if (Math.abs(b) > 0x1p126f && !Float.isInfinite(b)) {
            return Float.isInfinite(a) ? Float.NaN : Math.copySign(0, a) * Math.copySign(1, b);
        }
        return approximations.divide(a, b);
    }

    private Words approximation(String opcode) {
        return switch (opcode) {
            case "ex2" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = Floats.bits(approximations.exp2(Floats.of(a[i])));
                }
            };
            case "lg2" -> directed((a, b, c) -> approximations.log2(a));
            case "rsqrt" -> directed((a, b, c) -> approximations.reciprocalRoot(a));
            case "sin" -> directed((a, b, c) -> approximations.sin(a));
            case "cos" -> directed((a, b, c) -> approximations.cos(a));
            default -> directed((a, b, c) -> approximations.tanh(a));
        };
    }

    private static Words plain(Statement s) {
        boolean nan = s.take("NaN");
        return switch (s.opcode()) {
            case "abs" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = a[i] & 0x7fffffff;
                }
            };
            case "neg" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = a[i] ^ 0x80000000;
                }
            };
            case "copysign" -> (d, a, b, c) -> {                // the sign of the first, the rest of the second
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = a[i] & 0x80000000 | b[i] & 0x7fffffff;
                }
            };
            case "min" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = nan && Floats.isNaN(a[i], b[i]) ? Floats.NAN : Floats.min(a[i], b[i]);
                }
            };
            default -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = nan && Floats.isNaN(a[i], b[i]) ? Floats.NAN : Floats.max(a[i], b[i]);
                }
            };
        };
    }

    private static Op twice(Statement s) {
        PtxType type = s.type();
        String rounding = s.takeAny("rn", "rz", "rm", "rp", "approx");
        if (rounding != null && !rounding.equals("rn")) {
            throw s.refuse("is supported as .rn only for .f64");
        }
        Op op = new Compute.LongOp(s.source, InstructionClass.FLOAT64, IntegerFamily.wideSlots(s, type), doubles(s));
        op.flops = flops(s.opcode());
        return op;
    }

    /** One lane. */
    private interface TripleDouble {
        double apply(double a, double b, double c);
    }

    private static Longs doubles(Statement s) {
        TripleDouble body = switch (s.opcode()) {
            case "add" -> (a, b, c) -> a + b;
            case "sub" -> (a, b, c) -> a - b;
            case "mul" -> (a, b, c) -> a * b;
            case "fma", "mad" -> Math::fma;
            case "div" -> (a, b, c) -> a / b;
            case "rcp" -> (a, b, c) -> 1 / a;
            case "sqrt" -> (a, b, c) -> Math.sqrt(a);
            case "abs" -> (a, b, c) -> Math.abs(a);
            case "neg" -> (a, b, c) -> -a;
            case "min" -> (a, b, c) -> a != a ? b : b != b ? a : Math.min(a, b);
            case "max" -> (a, b, c) -> a != a ? b : b != b ? a : Math.max(a, b);
            case "copysign" -> (a, b, c) -> Math.copySign(b, a);
            default -> throw s.refuse("is not supported for .f64");
        };
        return (d, a, b, c) -> {
            for (int i = 0; i < Warp.LANES; i++) {
                d[i] = Double.doubleToRawLongBits(body.apply(Double.longBitsToDouble(a[i]), Double.longBitsToDouble(b[i]),
                        Double.longBitsToDouble(c[i])));
            }
        };
    }
}
