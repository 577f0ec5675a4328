package dev.gateloom.ptx.exec;

/** Single precision as PTX defines it, on bits. Every NaN that an operation makes is {@link #NAN}. */
final class Floats {
    static final int NAN = 0x7fffffff;
    static final int ONE = 0x3f800000;
    private static final int EXPONENT = 0x7f800000;
    private static final int SIGN = 0x80000000;

    private Floats() {
    }

    static float of(int bits) {
        return Float.intBitsToFloat(bits);
    }

    static int bits(float value) {
        return value != value ? NAN : Float.floatToRawIntBits(value);
    }

    static int flush(int bits) {
        return (bits & EXPONENT) == 0 ? bits & SIGN : bits;
    }

    /** If one is NaN the other one; -0 is less than +0. */
    static int min(int a, int b) {
        float x = of(a);
        float y = of(b);
        return x != x ? bits(y) : y != y ? a : bits(Math.min(x, y));
    }

    static int max(int a, int b) {
        float x = of(a);
        float y = of(b);
        return x != x ? bits(y) : y != y ? a : bits(Math.max(x, y));
    }

    static boolean isNaN(int a, int b) {
        return of(a) != of(a) || of(b) != of(b);
    }

    /** a · b rounded once. */
    static float multiply(float a, float b, Rounding rounding) {
        double product = (double) a * b;
        return product == 0 || Double.isNaN(product) || Double.isInfinite(product) ? (float) product
                : round(product, 0, rounding);
    }

    /** How a result that is not representable is rounded. */
    enum Rounding {
        /** To the nearest, ties to even. */
        NEAREST,
        /** Towards zero. */
        ZERO,
        /** Towards minus infinity. */
        DOWN,
        /** Towards plus infinity. */
        UP
    }

    /**
     * a · b + c rounded once. The product of two floats is exact in double precision, and so is the error of the sum (Knuth's
     * two-sum): the sign of what was cut off decides about the neighbour.
     */
    static float fma(float a, float b, float c, Rounding rounding) {
        if (rounding == Rounding.NEAREST) {
            return Math.fma(a, b, c);
        }
        double product = (double) a * b;
        double sum = product + c;
        if (Double.isNaN(sum) || Double.isInfinite(sum)) {
            return (float) sum;
        }
        double head = sum - c;
        double error = product - head + (c - (sum - head));
        if (sum == 0 && product != 0) {                         // exact cancellation; of zeros, the plain sum is right
            return rounding == Rounding.DOWN ? -0.0f : 0.0f;
        }
        if (sum == 0 && rounding == Rounding.DOWN && isNegative(product) != isNegative(c)) {
            return -0.0f;
        }
        return round(sum, error, rounding);
    }

    /**
     * a · b + c rounded to odd: towards zero, and the last bit set if anything was cut off. What is rounded so keeps its side
     * of every tie, and may be rounded again to a narrower format.
     */
    static float fmaOdd(float a, float b, float c) {
        double product = (double) a * b;
        double sum = product + c;
        if (sum == 0 || Double.isNaN(sum) || Double.isInfinite(sum)) {
            return (float) sum;
        }
        double head = sum - c;
        return roundOdd(sum, product - head + (c - (sum - head)));
    }

    /** {@code value + error} rounded to odd, where the error is at most half of the value's last place. */
    static float roundOdd(double value, double error) {
        float towardsZero = round(value, error, Rounding.ZERO);
        boolean exact = towardsZero == value && error == 0 || Double.isNaN(value);
        return exact ? towardsZero : of(Float.floatToRawIntBits(towardsZero) | 1);
    }

    /** {@code value + error} rounded, where the error is at most half of the value's last place. */
    static float round(double value, double error, Rounding rounding) {
        float nearest = (float) value;
        double rest = value - nearest;
        double cut = rest != 0 ? rest : error;
        return switch (rounding) {
            case NEAREST -> nearest;
            case DOWN -> cut < 0 ? Math.nextDown(nearest) : nearest;
            case UP -> cut > 0 ? Math.nextUp(nearest) : nearest;
            case ZERO -> value > 0 && cut < 0 ? Math.nextDown(nearest)
                    : value < 0 && cut > 0 ? Math.nextUp(nearest) : nearest;
        };
    }

    private static boolean isNegative(double value) {
        return Double.doubleToRawLongBits(value) < 0;
    }
}
