package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Launch;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Instructions against arithmetic written independently: big integers and big decimals where Java's own operators are what
 * the emulator uses.
 */
class InstructionsTest {

    /** Operands and result as bits. */
    interface Expected {
        long of(long a, long b, long c);
    }

    /**
     * An instruction.
     *
     * @param ptx with {@code %d} for the result and {@code %a %b %c} for the operands
     * @param in bits of an operand
     * @param out bits of the result
     */
    record Case(String ptx, int in, int out, Expected expected) {

        @Override
        public String toString() {
            return ptx;
        }
    }

    private static final List<Case> CASES = new ArrayList<>();

    private static void word(String ptx, Expected expected) {
        CASES.add(new Case(ptx, 32, 32, expected));
    }

    private static void wide(String ptx, Expected expected) {
        CASES.add(new Case(ptx, 64, 64, expected));
    }

    private static void widen(String ptx, Expected expected) {
        CASES.add(new Case(ptx, 32, 64, expected));
    }

    private static void narrow(String ptx, Expected expected) {
        CASES.add(new Case(ptx, 64, 32, expected));
    }

    private static BigInteger signed(long bits, int size) {
        BigInteger value = unsigned(bits, size);
        return value.testBit(size - 1) ? value.subtract(BigInteger.ONE.shiftLeft(size)) : value;
    }

    private static BigInteger unsigned(long bits, int size) {
        BigInteger value = BigInteger.ZERO;
        for (int i = 0; i < size; i++) {
            value = (bits >>> i & 1) != 0 ? value.setBit(i) : value;
        }
        return value;
    }

    private static float f(long bits) {
        return Float.intBitsToFloat((int) bits);
    }

    private static double d(long bits) {
        return Double.longBitsToDouble(bits);
    }

    private static long bits(float value) {
        return Float.isNaN(value) ? 0x7fffffff : Float.floatToRawIntBits(value);
    }

    private static long flush(long bits) {
        return (bits & 0x7f800000) == 0 ? bits & 0x80000000L : bits;
    }

    static {
        integers("s32", 32, true);
        integers("u32", 32, false);
        integers("s64", 64, true);
        integers("u64", 64, false);
        bits();
        floats();
        comparisons();
        conversions();
        carries();
        halves();
    }

    /** Everything that has the same meaning for 32 and 64 bits. */
    private static void integers(String type, int size, boolean sign) {
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
        CASES.add(new Case((size == 32 ? "" : "cvt.u32.u64 %x, %b; ") + "shr." + type + " %d, %a, "
                + (size == 32 ? "%b;" : "%x;"), size, size,
                (a, b, c) -> number.of(a).shiftRight((int) Math.min(b & 0xffffffffL, 100)).longValue()));
    }

    /** Bits as a number. */
    private interface Number {
        BigInteger of(long bits);
    }

    private static void both(int size, String ptx, Expected expected) {
        CASES.add(new Case(ptx, size, size, expected));
    }

    private static void bits() {
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
        word("cvt.u16.u32 %h, %a; shr.s16 %h, %h, 3; cvt.s32.s16 %d, %h;", (a, b, c) -> (short) a >> 3);
        word("mov.b32 {%h, %g}, %a; mov.b32 %d, {%g, %h};", (a, b, c) -> a >>> 16 & 0xffff | a << 16);
        wide("mov.b64 {%x, %y}, %a; mov.b64 %d, {%y, %x};", (a, b, c) -> a >>> 32 | a << 32);
        word("setp.lt.s32 %p, %a, %b; selp.b32 %d, %a, %c, %p;", (a, b, c) -> (int) a < (int) b ? a : c);
        wide("setp.hi.u64 %p, %a, %b; selp.b64 %d, %a, %c, %p;",
                (a, b, c) -> unsigned(a, 64).compareTo(unsigned(b, 64)) > 0 ? a : c);
        word("setp.lt.s32 %p, %a, %b; mov.b32 %d, 7; @%p mov.b32 %d, %a; @!%p add.s32 %d, %d, 1;",
                (a, b, c) -> (int) a < (int) b ? a : 8);
    }

    private static long highest(long bits, int size, boolean sign) {
        BigInteger value = sign ? signed(bits, size) : unsigned(bits, size);
        return (value.signum() < 0 ? value.not() : value).bitLength() - 1;
    }

    private static final BigInteger WORD = BigInteger.ONE.shiftLeft(32);
    private static final BigInteger LONG = BigInteger.ONE.shiftLeft(64);

    private static void carries() {
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

    /** Two numbers of 16 bits in each register. */
    private static void halves() {
        for (Format format : Format.values()) {
            String pair = format.name().toLowerCase(java.util.Locale.ROOT) + "x2 %d, %a, %b";
            word("add.rn." + pair + ";", (a, b, c) -> twice(a, b, c, (x, y, z) -> format.fma(x, format.one, y)));
            word("sub.rn." + pair + ";",
                    (a, b, c) -> twice(a, b, c, (x, y, z) -> format.fma(y, format.one | 0x8000, x)));
            word("mul.rn." + pair + ";", (a, b, c) -> twice(a, b, c, (x, y, z) -> format.fma(x, y, 0x8000 & (x ^ y))));
            word("fma.rn." + pair + ", %c;", (a, b, c) -> twice(a, b, c, format::fma));
            word("fma.rn.relu." + pair + ", %c;", (a, b, c) -> twice(a, b, c, (x, y, z) -> {
                int result = format.fma(x, y, z);
                return (result & 0x8000) != 0 ? 0 : result;
            }));
            word("min." + pair + ";", (a, b, c) -> twice(a, b, c, (x, y, z) -> format.least(x, y, 0)));
            word("max." + pair + ";", (a, b, c) -> twice(a, b, c, (x, y, z) -> format.least(x, y, 0x8000)));
            word("max.NaN." + pair + ";", (a, b, c) -> twice(a, b, c, (x, y, z) ->
                    format.isNaN(x) || format.isNaN(y) ? 0x7fff : format.least(x, y, 0x8000)));
            String one = "." + format.name().toLowerCase(java.util.Locale.ROOT);
            word("mov.b32 {%h, %g}, %a; neg" + one + " %h, %h; abs" + one + " %g, %g; mov.b32 %d, {%h, %g};",
                    (a, b, c) -> (format.isNaN((int) a & 0xffff) ? 0x7fff : (a ^ 0x8000) & 0xffff)
                            | (format.isNaN((int) a >>> 16) ? 0x7fff : a >>> 16 & 0x7fff) << 16);
            word("mov.b32 {%h, %g}, %a; setp.lt" + one + " %p, %h, %g; selp.b32 %d, 1, 0, %p;", (a, b, c) -> {
                int x = (int) a & 0xffff;
                int y = (int) a >>> 16;
                return !format.isNaN(x) && !format.isNaN(y) && format.value(x).compareTo(format.value(y)) < 0 ? 1 : 0;
            });
        }
        word("fma.rn.ftz.f16x2 %d, %a, %b, %c;", (a, b, c) -> twice(a, b, c, (x, y, z) ->
                flushHalf(Format.F16.fma(flushHalf(x), flushHalf(y), flushHalf(z)))));
        word("add.rn.sat.f16x2 %d, %a, %b;", (a, b, c) -> twice(a, b, c, (x, y, z) -> {
            int sum = Format.F16.fma(x, Format.F16.one, y);
            return Format.F16.isNaN(sum) || (sum & 0x8000) != 0 ? 0 : Math.min(sum, Format.F16.one);
        }));
        word("mov.b32 {%h, %g}, %a; add.rn.f16 %h, %h, %g; mov.b32 %d, {%h, %h};", (a, b, c) ->
                Format.F16.fma((int) a & 0xffff, Format.F16.one, (int) a >>> 16) * 0x10001L);
    }

    private static int flushHalf(int bits) {
        return (bits & 0x7c00) == 0 ? bits & 0x8000 : bits;
    }

    /** Bits of one result from bits of three operands. */
    private interface Triple {
        int of(int x, int y, int z);
    }

    private static long twice(long a, long b, long c, Triple one) {
        int low = one.of((int) a & 0xffff, (int) b & 0xffff, (int) c & 0xffff);
        return low | (long) one.of((int) a >>> 16, (int) b >>> 16, (int) c >>> 16) << 16;
    }

    /** The formats of 16 bits, by decimals. */
    private enum Format {
        F16(0x3c00, 0x7c00, 10, 25), BF16(0x3f80, 0x7f80, 7, 134);

        final int one;
        final int infinity;
        final int mantissa;
        /** Of the last place of a number whose exponent is e: 2^(e - this). */
        final int bias;

        Format(int one, int infinity, int mantissa, int bias) {
            this.one = one;
            this.infinity = infinity;
            this.mantissa = mantissa;
            this.bias = bias;
        }

        boolean isNaN(int bits) {
            return (bits & 0x7fff) > infinity;
        }

        private final BigDecimal[] magnitudes = new BigDecimal[1 << 15];

        /** What stands for infinity is the next power of two. */
        BigDecimal value(int bits) {
            int place = bits & 0x7fff;
            if (magnitudes[place] == null) {
                magnitudes[place] = magnitude(place);
            }
            return (bits & 0x8000) != 0 ? magnitudes[place].negate() : magnitudes[place];
        }

        private BigDecimal magnitude(int bits) {
            int exponent = bits >> mantissa;
            int digits = bits & (1 << mantissa) - 1 | (exponent == 0 ? 0 : 1 << mantissa);
            int power = Math.max(exponent, 1) - bias;
            return power >= 0 ? new BigDecimal(BigInteger.valueOf(digits).shiftLeft(power))
                    : new BigDecimal(digits).divide(new BigDecimal(BigInteger.ONE.shiftLeft(-power)));
        }

        private double special(int bits) {
            double magnitude = isNaN(bits) ? Double.NaN : (bits & 0x7fff) == infinity ? Double.POSITIVE_INFINITY
                    : value(bits & 0x7fff).doubleValue();
            return (bits & 0x8000) != 0 ? -magnitude : magnitude;
        }

        int fma(int a, int b, int c) {
            double plain = special(a) * special(b) + special(c);
            if (Double.isNaN(plain) || Double.isInfinite(plain)) {
                return Double.isNaN(plain) ? 0x7fff : plain < 0 ? infinity | 0x8000 : infinity;
            }
            BigDecimal exact = value(a).multiply(value(b)).add(value(c));
            return exact.signum() == 0 ? Double.doubleToRawLongBits(plain) < 0 ? 0x8000 : 0 : nearest(exact);
        }

        int nearest(double value) {
            if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) {
                return Double.isNaN(value) ? 0x7fff : (value == 0 ? 0 : infinity) | (Double.doubleToRawLongBits(value) < 0 ? 0x8000 : 0);
            }
            return nearest(new BigDecimal(value));
        }

        /** Of a number that is not zero, by search. */
        private int nearest(BigDecimal exact) {
            int low = 0;
            int high = infinity;
            while (high - low > 1) {
                int middle = low + high >>> 1;
                if (value(middle).compareTo(exact.abs()) <= 0) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            int nearer = exact.abs().subtract(value(low)).compareTo(value(high).subtract(exact.abs()));
            return (nearer > 0 || nearer == 0 && (low & 1) != 0 ? high : low) | (exact.signum() < 0 ? 0x8000 : 0);
        }

        /** The least of two, or with the sign bit as flip the greatest; -0 is below +0. */
        int least(int a, int b, int flip) {
            if (isNaN(a) || isNaN(b)) {
                return isNaN(a) && isNaN(b) ? 0x7fff : isNaN(a) ? b : a;
            }
            return order(a ^ flip) <= order(b ^ flip) ? a : b;
        }

        private static int order(int bits) {
            return (bits & 0x8000) != 0 ? -(bits & 0x7fff) - 1 : bits;
        }
    }

    private static long reverse(long bits) {
        long result = 0;
        for (int i = 0; i < 32; i++) {
            result |= (bits >>> i & 1) << 31 - i;
        }
        return result;
    }

    private static void floats() {
        word("add.f32 %d, %a, %b;", (a, b, c) -> exact(f(a), 1, f(b), 0));
        word("sub.rn.f32 %d, %a, %b;", (a, b, c) -> exact(f(b), -1, f(a), 0));
        word("mul.f32 %d, %a, %b;", (a, b, c) -> bits(f(a) * f(b)));
        for (String mode : List.of("rn", "rz", "rm", "rp")) {
            int way = List.of("rn", "rz", "rm", "rp").indexOf(mode);
            word("fma." + mode + ".f32 %d, %a, %b, %c;", (a, b, c) -> exact(f(a), f(b), f(c), way));
            word("add." + mode + ".f32 %d, %a, %b;", (a, b, c) -> exact(f(a), 1, f(b), way));
            word("mul." + mode + ".f32 %d, %a, %b;", (a, b, c) -> exactProduct(f(a), f(b), way));
        }
        word("add.ftz.f32 %d, %a, %b;", (a, b, c) -> flush(exact(f(flush(a)), 1, f(flush(b)), 0)));
        word("mul.ftz.f32 %d, %a, %b;", (a, b, c) -> flush(bits(f(flush(a)) * f(flush(b)))));
        word("fma.rn.ftz.f32 %d, %a, %b, %c;",
                (a, b, c) -> flush(exact(f(flush(a)), f(flush(b)), f(flush(c)), 0)));
        word("add.sat.f32 %d, %a, %b;", (a, b, c) -> saturate(f(a) + f(b)));
        word("div.rn.f32 %d, %a, %b;", (a, b, c) -> quotient(f(a), f(b)));
        word("rcp.rn.f32 %d, %a;", (a, b, c) -> quotient(1, f(a)));
        word("sqrt.rn.f32 %d, %a;", (a, b, c) -> root(f(a)));
        word("neg.f32 %d, %a;", (a, b, c) -> a ^ 0x80000000L);
        word("abs.f32 %d, %a;", (a, b, c) -> a & 0x7fffffff);
        word("copysign.f32 %d, %a, %b;", (a, b, c) -> a & 0x80000000L | b & 0x7fffffff);
        word("min.f32 %d, %a, %b;", (a, b, c) -> least(a, b, false));
        word("max.f32 %d, %a, %b;", (a, b, c) -> least(a ^ 0x80000000L, b ^ 0x80000000L, true));
        wide("fma.rn.f64 %d, %a, %b, %c;", (a, b, c) -> Double.doubleToRawLongBits(Math.fma(d(a), d(b), d(c))));
        wide("div.rn.f64 %d, %a, %b;", (a, b, c) -> Double.doubleToRawLongBits(d(a) / d(b)));
    }

    private static long saturate(float x) {
        return Float.isNaN(x) || x <= 0 ? 0 : bits(Math.min(x, 1));
    }

    /** The lesser in the order of the sign-magnitude bits, -0 below +0; of a NaN and a number the number. */
    private static long least(long a, long b, boolean negate) {
        boolean an = Float.isNaN(f(a));
        boolean bn = Float.isNaN(f(b));
        if (an && bn) {
            return 0x7fffffff;
        }
        long chosen = an ? b : bn ? a : order(a) <= order(b) ? a : b;
        return negate ? chosen ^ 0x80000000L : chosen;
    }

    private static int order(long bits) {
        int word = (int) bits;
        return word < 0 ? -(word & 0x7fffffff) - 1 : word;
    }

    /** a · b + c by decimals of any length; specials by Java. */
    private static long exact(float a, float b, float c, int way) {
        if (!Float.isFinite(a) || !Float.isFinite(b) || !Float.isFinite(c)) {
            return bits((float) ((double) a * b + c));
        }
        BigDecimal sum = new BigDecimal(a).multiply(new BigDecimal(b)).add(new BigDecimal(c));
        if (sum.signum() == 0) {
            boolean productNegative = (Float.floatToRawIntBits(a) ^ Float.floatToRawIntBits(b)) < 0;
            boolean negative = Float.floatToRawIntBits(c) < 0;
            boolean minus = productNegative == negative ? negative : way == 2;
            return minus ? 0x80000000L : 0;
        }
        return round(sum, way);
    }

    private static long exactProduct(float a, float b, int way) {
        boolean plain = !Float.isFinite(a) || !Float.isFinite(b) || a == 0 || b == 0;
        return plain ? bits(a * b) : round(new BigDecimal(a).multiply(new BigDecimal(b)), way);
    }

    /** Not zero. The float below and the one above by search in the ordered bits. */
    private static long round(BigDecimal value, int way) {
        boolean negative = value.signum() < 0;
        BigDecimal magnitude = value.abs();
        int low = 0;
        int high = 0x7f800000;                                      // infinity stands for 2^128
        while (high - low > 1) {
            int middle = low + high >>> 1;
            if (magnitudeOf(middle).compareTo(magnitude) <= 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        BigDecimal down = magnitude.subtract(magnitudeOf(low));
        BigDecimal up = magnitudeOf(high).subtract(magnitude);
        int compared = down.compareTo(up);
        boolean away = down.signum() != 0 && switch (way) {
            case 0 -> compared > 0 || compared == 0 && (low & 1) != 0;
            case 1 -> false;
            case 2 -> negative;
            default -> !negative;
        };
        return (away ? high : low) | (negative ? 0x80000000L : 0);
    }

    private static BigDecimal magnitudeOf(int bits) {
        return bits == 0x7f800000 ? new BigDecimal(BigInteger.ONE.shiftLeft(128)) : new BigDecimal(Float.intBitsToFloat(bits));
    }

    private static long quotient(float a, float b) {
        if (!Float.isFinite(a) || !Float.isFinite(b) || a == 0 || b == 0) {
            return bits(a / b);
        }
        // 400 digits are more than enough to tell a quotient of floats from a tie.
        return round(new BigDecimal(a).divide(new BigDecimal(b), new java.math.MathContext(400)), 0);
    }

    private static long root(float a) {
        if (!(a > 0) || Float.isInfinite(a)) {
            return bits((float) Math.sqrt(a));
        }
        return round(new BigDecimal(a).sqrt(new java.math.MathContext(100)), 0);
    }

    private static void comparisons() {
        compare("eq", false, (x, y) -> x == y);
        compare("ne", false, (x, y) -> x != y);
        compare("lt", false, (x, y) -> x < y);
        compare("le", false, (x, y) -> x <= y);
        compare("gt", false, (x, y) -> x > y);
        compare("ge", false, (x, y) -> x >= y);
        compare("equ", true, (x, y) -> x == y);
        compare("neu", true, (x, y) -> x != y);
        compare("ltu", true, (x, y) -> x < y);
        compare("leu", true, (x, y) -> x <= y);
        compare("gtu", true, (x, y) -> x > y);
        compare("geu", true, (x, y) -> x >= y);
        compare("num", false, (x, y) -> true);
        compare("nan", true, (x, y) -> false);
        word("setp.gt.s32 %q, %a, 0; setp.lt.and.f32 %p|%r, %a, %b, %q; selp.b32 %x, 1, 0, %p; selp.b32 %d, 2, 0, %r;"
                + " add.s32 %d, %d, %x;", (a, b, c) -> (int) a > 0 ? f(a) < f(b) ? 1 : 2 : 0);
        for (String name : List.of("eq", "ne", "lt", "le", "gt", "ge")) {
            word("setp." + name + ".s32 %p, %a, %b; selp.b32 %d, 1, 0, %p;",
                    (a, b, c) -> holds(name, signed(a, 32).compareTo(signed(b, 32))));
            wide("setp." + name + ".s64 %p, %a, %b; selp.b64 %d, 1, 0, %p;",
                    (a, b, c) -> holds(name, signed(a, 64).compareTo(signed(b, 64))));
            word("setp." + name + ".u32 %p, %a, %b; selp.b32 %d, 1, 0, %p;",
                    (a, b, c) -> holds(name, unsigned(a, 32).compareTo(unsigned(b, 32))));
            word("cvt.u16.u32 %h, %a; cvt.u16.u32 %g, %b; setp." + name + ".s16 %p, %h, %g; selp.b32 %d, 1, 0, %p;",
                    (a, b, c) -> holds(name, Short.compare((short) a, (short) b)));
        }
    }

    private static long holds(String name, int sign) {
        return switch (name) {
            case "eq" -> sign == 0;
            case "ne" -> sign != 0;
            case "lt" -> sign < 0;
            case "le" -> sign <= 0;
            case "gt" -> sign > 0;
            default -> sign >= 0;
        } ? 1 : 0;
    }

    /** A comparison of numbers. */
    private interface Relation {
        boolean holds(float x, float y);
    }

    private static void compare(String name, boolean unordered, Relation relation) {
        word("setp." + name + ".f32 %p, %a, %b; selp.b32 %d, 1, 0, %p;", (a, b, c) -> {
            boolean nan = Float.isNaN(f(a)) || Float.isNaN(f(b));
            return (nan ? unordered : relation.holds(f(a), f(b))) ? 1 : 0;
        });
    }

    private static void conversions() {
        widen("cvt.s64.s32 %d, %a;", (a, b, c) -> (int) a);
        widen("cvt.u64.u32 %d, %a;", (a, b, c) -> a & 0xffffffffL);
        narrow("cvt.u32.u64 %d, %a;", (a, b, c) -> a);
        word("cvt.s32.s8 %d, %a;", (a, b, c) -> (byte) a);
        word("cvt.u32.u8 %d, %a;", (a, b, c) -> a & 255);
        word("cvt.sat.s8.s32 %h, %a; cvt.s32.s16 %d, %h;",
                (a, b, c) -> signed(a, 32).max(BigInteger.valueOf(-128)).min(BigInteger.valueOf(127)).longValue());
        narrow("cvt.sat.s32.u64 %d, %a;",
                (a, b, c) -> unsigned(a, 64).min(BigInteger.valueOf(Integer.MAX_VALUE)).longValue());
        word("cvt.rn.f32.s32 %d, %a;", (a, b, c) -> integer(signed(a, 32), 0));
        word("cvt.rz.f32.s32 %d, %a;", (a, b, c) -> integer(signed(a, 32), 1));
        word("cvt.rn.f32.u32 %d, %a;", (a, b, c) -> integer(unsigned(a, 32), 0));
        narrow("cvt.rn.f32.s64 %d, %a;", (a, b, c) -> integer(signed(a, 64), 0));
        narrow("cvt.rn.f32.u64 %d, %a;", (a, b, c) -> integer(unsigned(a, 64), 0));
        word("cvt.rzi.s32.f32 %d, %a;", (a, b, c) -> whole(f(a), java.math.RoundingMode.DOWN, 32, true));
        word("cvt.rni.s32.f32 %d, %a;", (a, b, c) -> whole(f(a), java.math.RoundingMode.HALF_EVEN, 32, true));
        word("cvt.rmi.s32.f32 %d, %a;", (a, b, c) -> whole(f(a), java.math.RoundingMode.FLOOR, 32, true));
        word("cvt.rpi.u32.f32 %d, %a;", (a, b, c) -> whole(f(a), java.math.RoundingMode.CEILING, 32, false));
        widen("cvt.rzi.u64.f32 %d, %a;", (a, b, c) -> Float.isNaN(f(a)) ? Long.MIN_VALUE
                : whole(f(a), java.math.RoundingMode.DOWN, 64, false));
        word("cvt.rni.f32.f32 %d, %a;", (a, b, c) -> bits((float) Math.rint(f(a))));
        word("cvt.sat.f32.f32 %d, %a;", (a, b, c) -> saturate(f(a)));
        word("cvt.rna.tf32.f32 %d, %a;", (a, b, c) -> tf32(a));
        word("cvt.rn.bf16.f32 %h, %a; mov.b32 %d, {%h, %h};", (a, b, c) -> brain(a) * 0x10001L);
        word("cvt.rn.bf16x2.f32 %d, %a, %b;", (a, b, c) -> brain(a) << 16 | brain(b));
        word("cvt.rn.f16.f32 %h, %a; cvt.f32.f16 %d, %h;", (a, b, c) -> half(f(a)));
        narrow("cvt.rn.f32.f64 %d, %a;", (a, b, c) -> bits((float) d(a)));
        narrow("cvt.rn.f16.f64 %h, %a; mov.b32 %d, {%h, %h};", (a, b, c) -> Format.F16.nearest(d(a)) * 0x10001L);
        narrow("cvt.rn.bf16.f64 %h, %a; mov.b32 %d, {%h, %h};", (a, b, c) -> Format.BF16.nearest(d(a)) * 0x10001L);
        // NaN becomes 0 only between numbers of 32 bits and less.
        narrow("cvt.rzi.s32.f64 %d, %a;", (a, b, c) -> Double.isNaN(d(a)) ? Integer.MIN_VALUE
                : whole(d(a), java.math.RoundingMode.DOWN, 32, true));
        narrow("cvt.rni.u32.f64 %d, %a;", (a, b, c) -> Double.isNaN(d(a)) ? Integer.MIN_VALUE
                : whole(d(a), java.math.RoundingMode.HALF_EVEN, 32, false));
        narrow("cvt.rzi.s16.f64 %h, %a; cvt.s32.s16 %d, %h;", (a, b, c) -> Double.isNaN(d(a)) ? Short.MIN_VALUE
                : whole(d(a), java.math.RoundingMode.DOWN, 16, true));
        wide("cvt.rmi.s64.f64 %d, %a;", (a, b, c) -> Double.isNaN(d(a)) ? Long.MIN_VALUE
                : whole(d(a), java.math.RoundingMode.FLOOR, 64, true));
        widen("cvt.rzi.s64.f32 %d, %a;", (a, b, c) -> Float.isNaN(f(a)) ? Long.MIN_VALUE
                : whole(f(a), java.math.RoundingMode.DOWN, 64, true));
        word("cvt.rn.f16.f32 %h, %a; cvt.rzi.s32.f16 %d, %h;",
                (a, b, c) -> whole(f(half(f(a))), java.math.RoundingMode.DOWN, 32, true));
        widen("cvt.rn.f16.f32 %h, %a; cvt.rzi.u64.f16 %d, %h;", (a, b, c) -> Float.isNaN(f(a)) ? Long.MIN_VALUE
                : whole(f(half(f(a))), java.math.RoundingMode.DOWN, 64, false));
    }

    private static long integer(BigInteger value, int way) {
        return value.signum() == 0 ? 0 : round(new BigDecimal(value), way);
    }

    private static long whole(double x, java.math.RoundingMode mode, int size, boolean sign) {
        BigInteger most = BigInteger.ONE.shiftLeft(sign ? size - 1 : size).subtract(BigInteger.ONE);
        BigInteger least = sign ? most.negate().subtract(BigInteger.ONE) : BigInteger.ZERO;
        if (Double.isNaN(x)) {
            return 0;
        }
        if (Double.isInfinite(x)) {
            return (x > 0 ? most : least).longValue();
        }
        return new BigDecimal(x).setScale(0, mode).toBigInteger().min(most).max(least).longValue();
    }

    private static long tf32(long bits) {
        if (Float.isNaN(f(bits))) {
            return 0x7fffffff;
        }
        long magnitude = bits & 0x7fffffff;
        if (magnitude == 0x7f800000) {
            return bits;
        }
        long down = magnitude & ~0x1fffL;
        return bits & 0x80000000L | (magnitude - down >= 0x1000 ? down + 0x2000 : down);
    }

    private static long brain(long bits) {
        if (Float.isNaN(f(bits))) {
            return 0x7fff;
        }
        long word = bits & 0xffffffffL;
        long down = word >>> 16;
        long rest = word & 0xffff;
        return rest > 0x8000 || rest == 0x8000 && (down & 1) != 0 ? down + 1 : down;
    }

    /** Rounded to a multiple of the half's last place by decimals. */
    private static long half(float x) {
        if (!Float.isFinite(x) || x == 0) {
            return bits(x);
        }
        int exponent = Math.max(Math.getExponent(x), -14);
        BigDecimal place = exponent >= 10 ? new BigDecimal(BigInteger.ONE.shiftLeft(exponent - 10))
                : BigDecimal.ONE.divide(new BigDecimal(BigInteger.ONE.shiftLeft(10 - exponent)));
        BigDecimal count = new BigDecimal(Math.abs(x)).divide(place).setScale(0, java.math.RoundingMode.HALF_EVEN);
        float result = count.multiply(place).floatValue();
        result = result > 65504 ? Float.POSITIVE_INFINITY : result;
        return bits(Math.copySign(result, x));
    }

    static Stream<Case> cases() {
        return CASES.stream();
    }

    private static long[] operands(int size, Random random) {
        int[] words = {0, 1, -1, 2, 7, 31, 32, 33, 255, Integer.MIN_VALUE, Integer.MAX_VALUE, 0x3f800000, 0xbf800000,
            0x40490fdb, 0x7f800000, 0xff800000, 0x7fc00001, 0x00800000, 0x007fffff, 0x00000001, 0x80000001, 0x7f7fffff,
            0xff7fffff, 0x4b800001, 0x33800000, 0xb3800001, 0x3fc00000, 0x40200000, 0x477ff000, 0x38800000, 0x33000001,
            0x4f000000, 0xcf000000, 0x5f000000};
        double[] doubles = {Double.NaN, Double.POSITIVE_INFINITY, 1e300, -1e-300, -2.5, 65519.999999999, 65520, 4294967296.5,
            1 + 0x1p-11 + 0x1p-40, 1 + 0x1p-11, 1 + 0x1p-8 + 0x1p-45, -0x1p-25 - 0x1p-60, 0x1p-134 + 0x1p-180, 0x1.ffp127};
        long[] values = new long[words.length + 30];
        for (int i = 0; i < values.length; i++) {
            long word = i < words.length ? words[i] & 0xffffffffL : random.nextInt() & 0xffffffffL;
            boolean highBits = size == 64 && i % 3 == 0;
            values[i] = highBits ? word << 32 | word >>> 3 : size == 64 && i % 3 == 1 ? (long) (int) word : word;
        }
        return size == 32 ? values : LongStream.concat(LongStream.of(values),
                DoubleStream.of(doubles).mapToLong(Double::doubleToRawLongBits)).toArray();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void instruction(Case it) {
        Random random = new Random(it.ptx().hashCode());
        long[] values = operands(it.in(), random);
        int n = values.length * values.length;
        long[] a = new long[n];
        long[] b = new long[n];
        long[] c = new long[n];
        for (int i = 0; i < n; i++) {
            a[i] = values[i % values.length];
            b[i] = values[i / values.length];
            c[i] = random.nextInt(4) == 0 ? products(it, a[i], b[i]) : values[random.nextInt(values.length)];
        }
        try (Bench bench = new Bench()) {
            DeviceMemory out = bench.allocate((long) n * it.out() / 8, "out");
            bench.run(kernel(it), "k", Launch.of((n + 255) / 256, 256), out, load(bench, a, it.in()),
                    load(bench, b, it.in()), load(bench, c, it.in()), n);
            long[] result = it.out() == 64 ? bench.longs(out) : widen(bench.ints(out));
            for (int i = 0; i < n; i++) {
                long expected = it.expected().of(extend(a[i], it.in()), extend(b[i], it.in()), extend(c[i], it.in()));
                int at = i;
                if (it.out() == 32) {
                    assertEquals(Integer.toHexString((int) expected), Integer.toHexString((int) result[i]), () -> describe(it, a, b, c, at));
                } else if (!(it.ptx().contains("f64") && Double.isNaN(d(expected)) && Double.isNaN(d(result[i])))) {
                    assertEquals(Long.toHexString(expected), Long.toHexString(result[i]), () -> describe(it, a, b, c, at));
                }
            }
        }
    }

    /** Now and then the third operand nearly cancels the product. */
    private static long products(Case it, long a, long b) {
        return it.in() == 32 ? Float.floatToRawIntBits(-f(a) * f(b)) : Double.doubleToRawLongBits(-d(a) * d(b));
    }

    private static String describe(Case it, long[] a, long[] b, long[] c, int i) {
        return it.ptx() + " a=" + Long.toHexString(a[i]) + " b=" + Long.toHexString(b[i]) + " c=" + Long.toHexString(c[i]);
    }

    private static long extend(long bits, int size) {
        return size == 32 ? (int) bits : bits;
    }

    private static long[] widen(int[] words) {
        return java.util.Arrays.stream(words).mapToLong(word -> word).toArray();
    }

    private static DeviceMemory load(Bench bench, long[] values, int size) {
        return size == 64 ? bench.longs(values)
                : bench.ints(java.util.Arrays.stream(values).mapToInt(value -> (int) value).toArray());
    }

    private static String kernel(Case it) {
        String operand = ".reg .b" + it.in() + " %a, %b, %c;";
        return Bench.HEADER + """
                .visible .entry k(.param .u64 out, .param .u64 pa, .param .u64 pb, .param .u64 pc, .param .u32 n)
                {
                    .reg .pred %p, %q, %r, %out;
                    .reg .b16 %h, %g;
                    .reg .b32 %x, %y, %t<6>;
                    .reg .b64 %u<12>;
                    OPERANDS
                    .reg .bRESULT %d;
                    mov.u32 %t1, %ctaid.x;
                    mov.u32 %t2, %ntid.x;
                    mov.u32 %t3, %tid.x;
                    mad.lo.u32 %t4, %t1, %t2, %t3;
                    ld.param.u32 %t5, [n];
                    setp.ge.u32 %out, %t4, %t5;
                    @%out bra END;
                    ld.param.u64 %u1, [out];
                    ld.param.u64 %u2, [pa];
                    ld.param.u64 %u3, [pb];
                    ld.param.u64 %u4, [pc];
                    mul.wide.u32 %u5, %t4, INBYTES;
                    mul.wide.u32 %u6, %t4, OUTBYTES;
                    add.s64 %u7, %u1, %u6;
                    add.s64 %u8, %u2, %u5;
                    add.s64 %u9, %u3, %u5;
                    add.s64 %u10, %u4, %u5;
                    ld.global.bINBITS %a, [%u8];
                    ld.global.bINBITS %b, [%u9];
                    ld.global.bINBITS %c, [%u10];
                    BODY
                    st.global.bRESULT [%u7], %d;
                END:
                    ret;
                }
                """.replace("OPERANDS", operand).replace("INBYTES", String.valueOf(it.in() / 8))
                .replace("OUTBYTES", String.valueOf(it.out() / 8)).replace("INBITS", String.valueOf(it.in()))
                .replace("RESULT", String.valueOf(it.out())).replace("BODY", it.ptx());
    }
}
