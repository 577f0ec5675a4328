package dev.gateloom.ptx;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;

/** Single and double precision, rounded each way. */
final class FloatInstructions extends InstructionCases {

    FloatInstructions() {
        floats();
    }

    private void floats() {
        word("add.f32 %d, %a, %b;", (a, b, c) -> exact(f(a), 1, f(b), 0));
        word("sub.f32 %d, %a, %b;", (a, b, c) -> exact(f(b), -1, f(a), 0));
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
    static long round(BigDecimal value, int way) {
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
}
