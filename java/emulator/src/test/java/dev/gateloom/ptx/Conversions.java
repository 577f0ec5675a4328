package dev.gateloom.ptx;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** From one type to another. */
final class Conversions extends InstructionCases {

    Conversions() {
        conversions();
    }

    private void conversions() {
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
        word("cvt.rzi.s32.f32 %d, %a;", (a, b, c) -> whole(f(a), RoundingMode.DOWN, 32, true));
        word("cvt.rni.s32.f32 %d, %a;", (a, b, c) -> whole(f(a), RoundingMode.HALF_EVEN, 32, true));
        word("cvt.rmi.s32.f32 %d, %a;", (a, b, c) -> whole(f(a), RoundingMode.FLOOR, 32, true));
        word("cvt.rpi.u32.f32 %d, %a;", (a, b, c) -> whole(f(a), RoundingMode.CEILING, 32, false));
        widen("cvt.rzi.u64.f32 %d, %a;", (a, b, c) -> Float.isNaN(f(a)) ? Long.MIN_VALUE
                : whole(f(a), RoundingMode.DOWN, 64, false));
        word("cvt.rni.f32.f32 %d, %a;", (a, b, c) -> bits((float) Math.rint(f(a))));
        word("cvt.sat.f32.f32 %d, %a;", (a, b, c) -> saturate(f(a)));
        word("cvt.rna.tf32.f32 %d, %a;", (a, b, c) -> tf32(a));
        word("cvt.rn.bf16.f32 %h, %a; mov.b32 %d, {%h, %h};", (a, b, c) -> brain(a) * 0x10001L);
        word("cvt.rn.bf16x2.f32 %d, %a, %b;", (a, b, c) -> brain(a) << 16 | brain(b));
        word("cvt.rn.f16x2.f32 %d, %a, %b;",
                (a, b, c) -> HalfFormat.F16.nearest(f(a)) << 16 | HalfFormat.F16.nearest(f(b)));
        word("cvt.rn.f16.f32 %h, %a; cvt.f32.f16 %d, %h;", (a, b, c) -> half(f(a)));
        narrow("cvt.rn.f32.f64 %d, %a;", (a, b, c) -> bits((float) d(a)));
        narrow("cvt.rn.f16.f64 %h, %a; mov.b32 %d, {%h, %h};", (a, b, c) -> HalfFormat.F16.nearest(d(a)) * 0x10001L);
        narrow("cvt.rn.bf16.f64 %h, %a; mov.b32 %d, {%h, %h};", (a, b, c) -> HalfFormat.BF16.nearest(d(a)) * 0x10001L);
        // NaN becomes 0 only between numbers of 32 bits and less.
        narrow("cvt.rzi.s32.f64 %d, %a;", (a, b, c) -> Double.isNaN(d(a)) ? Integer.MIN_VALUE
                : whole(d(a), RoundingMode.DOWN, 32, true));
        narrow("cvt.rni.u32.f64 %d, %a;", (a, b, c) -> Double.isNaN(d(a)) ? Integer.MIN_VALUE
                : whole(d(a), RoundingMode.HALF_EVEN, 32, false));
        narrow("cvt.rzi.s16.f64 %h, %a; cvt.s32.s16 %d, %h;", (a, b, c) -> Double.isNaN(d(a)) ? Short.MIN_VALUE
                : whole(d(a), RoundingMode.DOWN, 16, true));
        wide("cvt.rmi.s64.f64 %d, %a;", (a, b, c) -> Double.isNaN(d(a)) ? Long.MIN_VALUE
                : whole(d(a), RoundingMode.FLOOR, 64, true));
        widen("cvt.rzi.s64.f32 %d, %a;", (a, b, c) -> Float.isNaN(f(a)) ? Long.MIN_VALUE
                : whole(f(a), RoundingMode.DOWN, 64, true));
        word("cvt.rn.f16.f32 %h, %a; cvt.rzi.s32.f16 %d, %h;",
                (a, b, c) -> whole(f(half(f(a))), RoundingMode.DOWN, 32, true));
        widen("cvt.rn.f16.f32 %h, %a; cvt.rzi.u64.f16 %d, %h;", (a, b, c) -> Float.isNaN(f(a)) ? Long.MIN_VALUE
                : whole(f(half(f(a))), RoundingMode.DOWN, 64, false));
    }

    private static long integer(BigInteger value, int way) {
        return value.signum() == 0 ? 0 : FloatInstructions.round(new BigDecimal(value), way);
    }

    private static long whole(double x, RoundingMode mode, int size, boolean sign) {
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
        BigDecimal count = new BigDecimal(Math.abs(x)).divide(place).setScale(0, RoundingMode.HALF_EVEN);
        float result = count.multiply(place).floatValue();
        result = result > 65504 ? Float.POSITIVE_INFINITY : result;
        return bits(Math.copySign(result, x));
    }
}
