package dev.gateloom.ptx;

import java.math.BigInteger;
import java.util.List;

/** Whole numbers, bits and carries. */
final class IntegerInstructions extends InstructionCases {
    private static final BigInteger WORD = BigInteger.ONE.shiftLeft(32);
    private static final BigInteger LONG = BigInteger.ONE.shiftLeft(64);

    IntegerInstructions() {
        integers("s32", 32, true);
        integers("u32", 32, false);
        integers("s64", 64, true);
        integers("u64", 64, false);
        bitwise();
        carries();
    }

    /** Bits as a number. */
    private interface Number {
        BigInteger of(long bits);
    }

    /** Everything that has the same meaning for 32 and 64 bits. */
    private void integers(String type, int size, boolean sign) {
        Number number = bits -> sign ? signed(bits, size) : unsigned(bits, size);
        both(size, "add." + type + " %d, %a, %b;", (a, b, c) -> number.of(a).add(number.of(b)).longValue());
        both(size, "sub." + type + " %d, %a, %b;", (a, b, c) -> number.of(a).subtract(number.of(b)).longValue());
        both(size, "mul.lo." + type + " %d, %a, %b;", (a, b, c) -> number.of(a).multiply(number.of(b)).longValue());
        both(size, "mul.hi." + type + " %d, %a, %b;",
                (a, b, c) -> number.of(a).multiply(number.of(b)).shiftRight(size).longValue());
        both(size, "mad.lo." + type + " %d, %a, %b, %c;",
                (a, b, c) -> number.of(a).multiply(number.of(b)).add(number.of(c)).longValue());
        both(size, "mad.hi." + type + " %d, %a, %b, %c;",
                (a, b, c) -> number.of(a).multiply(number.of(b)).shiftRight(size).add(number.of(c)).longValue());
        both(size, "min." + type + " %d, %a, %b;", (a, b, c) -> number.of(a).min(number.of(b)).longValue());
        both(size, "max." + type + " %d, %a, %b;", (a, b, c) -> number.of(a).max(number.of(b)).longValue());
        both(size, "or.b" + size + " %b, %b, 1; div." + type + " %d, %a, %b;",
                (a, b, c) -> number.of(a).divide(number.of(b | 1)).longValue());
        both(size, "or.b" + size + " %b, %b, 1; rem." + type + " %d, %a, %b;",
                (a, b, c) -> number.of(a).remainder(number.of(b | 1)).longValue());
        add(new Case((size == 32 ? "" : "cvt.u32.u64 %x, %b; ") + "shr." + type + " %d, %a, "
                + (size == 32 ? "%b;" : "%x;"), size, size,
                (a, b, c) -> number.of(a).shiftRight((int) Math.min(b & 0xffffffffL, 100)).longValue()));
    }

    private void bitwise() {
        widen("mul.wide.s32 %d, %a, %b;", (a, b, c) -> signed(a, 32).multiply(signed(b, 32)).longValue());
        widen("mul.wide.u32 %d, %a, %b;", (a, b, c) -> unsigned(a, 32).multiply(unsigned(b, 32)).longValue());
        word("and.b32 %d, %a, %b;", (a, b, c) -> a & b);
        word("or.b32 %d, %a, %b;", (a, b, c) -> a | b);
        word("xor.b32 %d, %a, %b;", (a, b, c) -> a ^ b);
        word("not.b32 %d, %a;", (a, b, c) -> ~a);
        word("cnot.b32 %d, %a;", (a, b, c) -> (int) a == 0 ? 1 : 0);
        word("neg.s32 %d, %a;", (a, b, c) -> -a);
        word("abs.s32 %d, %a;", (a, b, c) -> signed(a, 32).abs().longValue());
        wide("abs.s64 %d, %a;", (a, b, c) -> signed(a, 64).abs().longValue());
        wide("neg.s64 %d, %a;", (a, b, c) -> -a);
        wide("and.b64 %d, %a, %b;", (a, b, c) -> a & b);
        wide("or.b64 %d, %a, %b;", (a, b, c) -> a | b);
        wide("xor.b64 %d, %a, %b;", (a, b, c) -> a ^ b);
        wide("not.b64 %d, %a;", (a, b, c) -> ~a);
        word("shl.b32 %d, %a, %b;", (a, b, c) -> (b & 0xffffffffL) > 31 ? 0 : a << b);
        wide("cvt.u32.u64 %x, %b; shl.b64 %d, %a, %x;", (a, b, c) -> (b & 0xffffffffL) > 63 ? 0 : a << b);
        word("popc.b32 %d, %a;", (a, b, c) -> unsigned(a, 32).bitCount());
        narrow("popc.b64 %d, %a;", (a, b, c) -> unsigned(a, 64).bitCount());
        word("clz.b32 %d, %a;", (a, b, c) -> 32 - unsigned(a, 32).bitLength());
        narrow("clz.b64 %d, %a;", (a, b, c) -> 64 - unsigned(a, 64).bitLength());
        word("brev.b32 %d, %a;", (a, b, c) -> reverse(a));
        word("and.b32 %b, %b, 31; and.b32 %c, %c, 31; bfe.u32 %d, %a, %b, %c;", (a, b, c) ->
                unsigned(a, 32).shiftRight((int) b & 31).mod(BigInteger.ONE.shiftLeft((int) c & 31)).longValue());
        word("bfe.s32 %d, %a, 4, 8;", (a, b, c) -> (byte) (a >> 4));
        word("bfe.s32 %d, %a, 28, 8;", (a, b, c) -> (int) a >> 28);
        word("bfi.b32 %d, %a, %b, 4, 8;", (a, b, c) -> b & ~0xff0L | a << 4 & 0xff0);
        word("bfi.b32 %d, %a, %b, 28, 32;", (a, b, c) -> b & 0xfffffffL | a << 28);
        wide("bfi.b64 %d, %a, %b, 4, 8;", (a, b, c) -> b & ~0xff0L | a << 4 & 0xff0);
        wide("bfi.b64 %d, %a, %b, 32, 32;", (a, b, c) -> b & 0xffffffffL | a << 32);
        wide("bfi.b64 %d, %a, %b, 60, 64;", (a, b, c) -> b & ~(15L << 60) | a << 60);
        wide("bfi.b64 %d, %a, %b, 64, 8;", (a, b, c) -> b);
        wide("bfi.b64 %d, %a, %b, 0, 64;", (a, b, c) -> a);
        for (boolean sign : new boolean[] {false, true}) {
            String name = sign ? ".s" : ".u";
            word("bfind" + name + "32 %d, %a;", (a, b, c) -> highest(a, 32, sign));
            word("bfind.shiftamt" + name + "32 %d, %a;", (a, b, c) -> highest(a, 32, sign) < 0 ? -1 : 31 - highest(a, 32, sign));
            narrow("bfind" + name + "64 %d, %a;", (a, b, c) -> highest(a, 64, sign));
            narrow("bfind.shiftamt" + name + "64 %d, %a;", (a, b, c) -> highest(a, 64, sign) < 0 ? -1 : 63 - highest(a, 64, sign));
        }
        word("prmt.b32 %d, %a, %b, 0x7531;", (a, b, c) ->
                a >>> 8 & 255 | (a >>> 24 & 255) << 8 | (b >>> 8 & 255) << 16 | (b >>> 24 & 255) << 24);
        word("prmt.b32 %d, %a, %b, 0x000c;", (a, b, c) ->
                (b & 0x80) != 0 ? (a & 255) * 0x01010100L | 255 : (a & 255) * 0x01010100L);
        word("lop3.b32 %d, %a, %b, %c, 0x96;", (a, b, c) -> a ^ b ^ c);
        word("lop3.b32 %d, %a, %b, %c, 0xca;", (a, b, c) -> a & b | ~a & c);
        word("shf.l.wrap.b32 %d, %a, %b, %c;", (a, b, c) ->
                ((b << 32 | a & 0xffffffffL) << (c & 31)) >>> 32);
        word("shf.r.clamp.b32 %d, %a, %b, 40;", (a, b, c) -> b);
        word("cvt.u16.u32 %h, %a; cvt.u16.u32 %g, %b; mul.lo.u16 %h, %h, %g; cvt.u32.u16 %d, %h;",
                (a, b, c) -> (a & 0xffff) * (b & 0xffff) & 0xffff);
        word("cvt.u16.u32 %h, %a; cvt.u16.u32 %g, %b; mul.wide.s16 %d, %h, %g;", (a, b, c) -> (long) (short) a * (short) b);
        halfWord("and", (a, b, c) -> a & b);
        halfWord("or", (a, b, c) -> a | b);
        halfWord("xor", (a, b, c) -> a ^ b);
        word("cvt.u16.u32 %h, %a; not.b16 %h, %h; cvt.u32.u16 %d, %h;", (a, b, c) -> ~a & 0xffff);
        word("cvt.u16.u32 %h, %a; shr.s16 %h, %h, 3; cvt.s32.s16 %d, %h;", (a, b, c) -> (short) a >> 3);
        word("mov.b32 {%h, %g}, %a; mov.b32 %d, {%g, %h};", (a, b, c) -> a >>> 16 & 0xffff | a << 16);
        wide("mov.b64 {%x, %y}, %a; mov.b64 %d, {%y, %x};", (a, b, c) -> a >>> 32 | a << 32);
        word("setp.lt.s32 %p, %a, %b; selp.b32 %d, %a, %c, %p;", (a, b, c) -> (int) a < (int) b ? a : c);
        wide("setp.hi.u64 %p, %a, %b; selp.b64 %d, %a, %c, %p;",
                (a, b, c) -> unsigned(a, 64).compareTo(unsigned(b, 64)) > 0 ? a : c);
        for (String type : List.of("b", "u", "s", "f")) {
            word("mov." + type + "32 %d, %a;", (a, b, c) -> a);
            wide("mov." + type + "64 %d, %a;", (a, b, c) -> a);
            word("setp.lt.s32 %p, %a, %b; selp." + type + "32 %d, %a, %c, %p;", (a, b, c) -> (int) a < (int) b ? a : c);
            wide("setp.lt.s64 %p, %a, %b; selp." + type + "64 %d, %a, %c, %p;", (a, b, c) -> a < b ? a : c);
        }
        word("cvt.u16.u32 %h, %a; mov.u16 %g, %h; cvt.u32.u16 %d, %g;", (a, b, c) -> a & 0xffff);
        word("setp.lt.s32 %p, %a, %b; mov.b32 %d, 7; @%p mov.b32 %d, %a; @!%p add.s32 %d, %d, 1;",
                (a, b, c) -> (int) a < (int) b ? a : 8);
    }

    private void halfWord(String name, Expected expected) {
        word("cvt.u16.u32 %h, %a; cvt.u16.u32 %g, %b; " + name + ".b16 %h, %h, %g; cvt.u32.u16 %d, %h;",
                (a, b, c) -> expected.of(a, b, c) & 0xffff);
    }

    private static long highest(long bits, int size, boolean sign) {
        BigInteger value = sign ? signed(bits, size) : unsigned(bits, size);
        return (value.signum() < 0 ? value.not() : value).bitLength() - 1;
    }

    private void carries() {
        word("add.cc.u32 %x, %a, %b; addc.u32 %d, %c, 0;",
                (a, b, c) -> c + carry(unsigned(a, 32).add(unsigned(b, 32)), WORD));
        word("add.cc.s32 %x, %a, %b; addc.cc.s32 %y, %c, %c; addc.s32 %d, 0, 0;", (a, b, c) -> carry(unsigned(c, 32)
                .add(unsigned(c, 32)).add(BigInteger.valueOf(carry(unsigned(a, 32).add(unsigned(b, 32)), WORD))), WORD));
        word("sub.cc.u32 %x, %a, %b; subc.u32 %d, %c, %a;",
                (a, b, c) -> c - a - (unsigned(a, 32).compareTo(unsigned(b, 32)) < 0 ? 1 : 0));
        word("sub.cc.u32 %x, %a, %b; subc.cc.u32 %x, %b, %b; subc.u32 %d, %c, 0;",
                (a, b, c) -> c - (unsigned(a, 32).compareTo(unsigned(b, 32)) < 0 ? 1 : 0));
        word("mad.lo.cc.u32 %x, %a, %b, %c; madc.hi.u32 %d, %a, %b, 5;", (a, b, c) ->
                unsigned(a, 32).multiply(unsigned(b, 32)).add(unsigned(c, 32)).shiftRight(32).longValue() + 5);
        word("mad.lo.cc.s32 %x, %a, %b, %c; madc.hi.s32 %d, %a, %b, 5;", (a, b, c) ->
                signed(a, 32).multiply(signed(b, 32)).add(unsigned(c, 32)).shiftRight(32).longValue() + 5);
        wide("add.cc.u64 %u11, %a, %b; addc.u64 %d, %c, 0;",
                (a, b, c) -> c + carry(unsigned(a, 64).add(unsigned(b, 64)), LONG));
        wide("sub.cc.u64 %u11, %a, %b; subc.cc.u64 %u11, %b, %b; subc.u64 %d, %c, 0;",
                (a, b, c) -> c - (unsigned(a, 64).compareTo(unsigned(b, 64)) < 0 ? 1 : 0));
        wide("mad.lo.cc.u64 %u11, %a, %b, %c; madc.hi.u64 %d, %a, %b, 5;", (a, b, c) ->
                unsigned(a, 64).multiply(unsigned(b, 64)).add(unsigned(c, 64)).shiftRight(64).longValue() + 5);
        word("setp.lt.s32 %p, %a, 0; add.cc.u32 %x, -1, 1; @%p add.cc.u32 %x, 0, 0; addc.u32 %d, 0, 0;",
                (a, b, c) -> (int) a < 0 ? 0 : 1);
    }

    private static long carry(BigInteger sum, BigInteger limit) {
        return sum.compareTo(limit) >= 0 ? 1 : 0;
    }

    private static long reverse(long bits) {
        long result = 0;
        for (int i = 0; i < 32; i++) {
            result |= (bits >>> i & 1) << 31 - i;
        }
        return result;
    }
}
