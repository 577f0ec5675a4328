package dev.gateloom.ptx;

import java.math.BigDecimal;
import java.math.BigInteger;

/** The formats of 16 bits, by decimals. */
enum HalfFormat {
    F16(0x3c00, 0x7c00, 10, 25), BF16(0x3f80, 0x7f80, 7, 134);

    final int one;
    final int infinity;
    final int mantissa;
    /** Of the last place of a number whose exponent is e: 2^(e - this). */
    final int bias;

    HalfFormat(int one, int infinity, int mantissa, int bias) {
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
