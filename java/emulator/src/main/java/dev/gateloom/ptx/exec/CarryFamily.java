package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.parse.Instruction;
import dev.gateloom.ptx.parse.PtxType;

/**
 * Arithmetic with a carry: {@code add.cc}, {@code addc}, {@code sub.cc}, {@code subc}, {@code mad.cc}, {@code madc}. The
 * carry of each thread is a bit of a predicate that no other instruction sees; after a subtraction it is the borrow.
 */
final class CarryFamily {

    private CarryFamily() {
    }

    /** The instruction, or null if it neither takes nor gives a carry. */
    static Op translate(Statement s) {
        String opcode = s.opcode();
        boolean takes = opcode.equals("addc") || opcode.equals("subc") || opcode.equals("madc");
        boolean known = takes || opcode.equals("add") || opcode.equals("sub") || opcode.equals("mad");
        boolean gives = known && s.take("cc");
        if (!takes && !gives) {
            return null;
        }
        boolean product = opcode.startsWith("mad");
        boolean high = "hi".equals(product ? s.takeAny("lo", "hi") : null);
        PtxType type = s.type();
        if (!type.integral() || type.bits() < 32) {
            throw s.refuse("is defined for integers of 32 and 64 bits");
        }
        boolean wide = type.bits() == 64;
        int[] slots = new int[product ? 4 : 3];
        slots[0] = s.destination(s.operand(0), wide);
        for (int i = 1; i < slots.length; i++) {
            slots[i] = wide ? s.wide(i, type) : s.word(i, type);
        }
        return new Carrying(s.source, slots, s.carry(), takes, gives, opcode.startsWith("sub"), high, type);
    }

    private static final class Carrying extends Op {
        private final int[] slots;
        private final int carry;
        private final boolean takes;
        private final boolean gives;
        private final boolean subtracts;
        private final boolean high;
        private final boolean wide;
        private final boolean signed;

        Carrying(Instruction source, int[] slots, int carry, boolean takes, boolean gives, boolean subtracts, boolean high,
                PtxType type) {
            super(source, InstructionClass.INTEGER);
            this.slots = slots;
            this.carry = carry;
            this.takes = takes;
            this.gives = gives;
            this.subtracts = subtracts;
            this.high = high;
            wide = type.bits() == 64;
            signed = type.signed();
        }

        @Override
        void execute(Warp warp, int lanes) {
            int out = 0;
            for (int left = lanes; left != 0; left &= left - 1) {
                int lane = Integer.numberOfTrailingZeros(left);
                long in = takes ? warp.predicates[carry] >>> lane & 1 : 0;
                boolean carried = wide ? longs(warp, lane, in) : words(warp, lane, in);
                out |= carried ? 1 << lane : 0;
            }
            if (gives) {
                warp.predicates[carry] = warp.predicates[carry] & ~lanes | out;
            }
        }

        private boolean words(Warp warp, int lane, long in) {
            long x = slots.length == 4 ? product(warp, lane) : warp.words[slots[1]][lane] & 0xffffffffL;
            long y = warp.words[slots[slots.length - 1]][lane] & 0xffffffffL;
            long sum = subtracts ? x - y - in : x + y + in;
            warp.words[slots[0]][lane] = (int) sum;
            return (sum >>> 32) != 0;
        }

        /** Half of a product, without sign above its 32 bits. */
        private long product(Warp warp, int lane) {
            long a = warp.words[slots[1]][lane];
            long b = warp.words[slots[2]][lane];
            long all = signed ? a * b : (a & 0xffffffffL) * (b & 0xffffffffL);
            return (high ? all >>> 32 : all) & 0xffffffffL;
        }

        private boolean longs(Warp warp, int lane, long in) {
            long x = slots.length == 4 ? longProduct(warp, lane) : warp.longs[slots[1]][lane];
            long y = warp.longs[slots[slots.length - 1]][lane];
            long sum = subtracts ? x - y - in : x + y + in;
            warp.longs[slots[0]][lane] = sum;
            int order = subtracts ? Long.compareUnsigned(x, y) : Long.compareUnsigned(sum, x);
            return order < 0 || in != 0 && (subtracts ? order == 0 : sum == x);
        }

        private long longProduct(Warp warp, int lane) {
            long a = warp.longs[slots[1]][lane];
            long b = warp.longs[slots[2]][lane];
            if (!high) {
                return a * b;
            }
            return Math.multiplyHigh(a, b) + (signed ? 0 : (a >> 63 & b) + (b >> 63 & a));
        }
    }
}
