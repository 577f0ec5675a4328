package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.parse.Instruction;
import dev.gateloom.ptx.parse.PtxType;
import java.util.Set;

/** Arithmetic on numbers of 16 bits, alone or two in a register. Each result is rounded once, from what is exact. */
final class HalfFamily {
    private static final Set<String> OPCODES = Set.of("add", "sub", "mul", "fma", "neg", "abs", "min", "max", "ex2", "tanh");

    private final Approximations approximations;

    HalfFamily(Approximations approximations) {
        this.approximations = approximations;
    }

    /** One number. */
    private interface Element {
        float apply(float a, float b, float c);
    }

    /** The instruction, or null if it is none on such numbers. */
    Op translate(Statement s) {
        boolean half = s.source.modifiers().contains("f16") || s.source.modifiers().contains("f16x2");
        boolean brain = s.source.modifiers().contains("bf16") || s.source.modifiers().contains("bf16x2");
        if (!OPCODES.contains(s.opcode()) || !half && !brain) {
            return null;
        }
        PtxType type = s.type();
        if (type == PtxType.F32) {
            throw s.refuse("operands of two types are not supported");
        }
        s.takeAny("rn", "approx");
        boolean flush = s.take("ftz");
        boolean saturate = s.take("sat");
        boolean rectify = s.take("relu");
        Element body = body(s);
        Op op = new HalfOp(s.source, IntegerFamily.wordSlots(s, type), type.bits() / 16, half, flush, (a, b, c) -> {
            float result = body.apply(a, b, c);
            return saturate ? result > 0 ? Math.min(result, 1) : 0 : rectify && result <= 0 ? 0 : result;
        });
        op.flops = FloatFamily.flops(s.opcode()) * type.bits() / 16;
        return op;
    }

    private Element body(Statement s) {
        boolean nan = s.take("NaN");
        return switch (s.opcode()) {
            case "add" -> (a, b, c) -> Floats.fmaOdd(a, 1, b);
            case "sub" -> (a, b, c) -> Floats.fmaOdd(b, -1, a);
            case "mul" -> (a, b, c) -> Floats.fmaOdd(a, b, -0f);    // to which adding -0 changes nothing, not even a zero
            case "fma" -> Floats::fmaOdd;
            case "neg" -> (a, b, c) -> -a;
            case "abs" -> (a, b, c) -> Math.abs(a);
            case "min" -> (a, b, c) -> nan && (a != a || b != b) ? Float.NaN
                    : Floats.of(Floats.min(Floats.bits(a), Floats.bits(b)));
            case "max" -> (a, b, c) -> nan && (a != a || b != b) ? Float.NaN
                    : Floats.of(Floats.max(Floats.bits(a), Floats.bits(b)));
            case "ex2" -> (a, b, c) -> approximations.exp2(a);
            default -> (a, b, c) -> approximations.tanh(a);
        };
    }

    private static final class HalfOp extends Op {
        private static final int MASK = 0xffff;

        private final int d;
        private final int a;
        private final int b;
        private final int c;
        private final int elements;
        private final boolean half;
        private final boolean flush;
        private final Element body;

        HalfOp(Instruction source, int[] slots, int elements, boolean half, boolean flush, Element body) {
            super(source, InstructionClass.FLOAT16);
            d = slots[0];
            a = slots[1];
            b = slots.length > 2 ? slots[2] : a;
            c = slots.length > 3 ? slots[3] : a;
            this.elements = elements;
            this.half = half;
            this.flush = flush;
            this.body = body;
        }

        @Override
        void execute(Warp warp, int lanes) {
            for (int left = lanes; left != 0; left &= left - 1) {
                int lane = Integer.numberOfTrailingZeros(left);
                int result = 0;
                for (int e = 0; e < elements; e++) {
                    float value = body.apply(element(warp, a, lane, e), element(warp, b, lane, e), element(warp, c, lane, e));
                    int bits = half ? Halves.fromFloat(value) : BrainFloats.fromFloat(value);
                    result |= (flush ? flushed(bits) : bits) << 16 * e;
                }
                warp.words[d][lane] = result;
            }
        }

        private float element(Warp warp, int slot, int lane, int e) {
            int word = warp.words[slot][lane] >>> 16 * e & MASK;
            int bits = flush ? flushed(word) : word;
            return half ? Halves.toFloat(bits) : BrainFloats.toFloat(bits);
        }

        private int flushed(int bits) {
            return (bits & (half ? 0x7c00 : 0x7f80)) == 0 ? bits & 0x8000 : bits;
        }
    }
}
