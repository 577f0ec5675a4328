package dev.gateloom.cuda.model;

/** The numbers that tensor cores multiply. */
public enum Digits {
    TF32(11, -126, 0x1.ffcp127), BF16(8, -126, 0x1.fep127), FP16(11, -14, 65504);

    private final int significant;
    private final int leastExponent;
    private final double largest;

    Digits(int significant, int leastExponent, double largest) {
        this.significant = significant;
        this.leastExponent = leastExponent;
        this.largest = largest;
    }

    /** The nearest such number; of two the even one, in tf32 the one away from zero. What fp16 cannot hold is its largest. */
    public float round(float value) {
        if (this == FP16 && Math.abs(value) > largest) {
            return (float) Math.copySign(largest, value);
        }
        if (Float.isNaN(value) || Float.isInfinite(value) || value == 0) {
            return value;
        }
        int exponent = Math.max(Math.getExponent(value), leastExponent) - significant + 1;
        double units = Math.scalb((double) value, -exponent);
        double whole = this == TF32 ? Math.copySign(Math.floor(Math.abs(units) + 0.5), units) : Math.rint(units);
        double rounded = Math.scalb(whole, exponent);
        return (float) (Math.abs(rounded) > largest ? Math.copySign(Double.POSITIVE_INFINITY, rounded) : rounded);
    }

    /** A number of 16 bits from its bits. */
    public float of(int bits) {
        if (this == BF16) {
            return Float.intBitsToFloat(bits << 16);
        }
        int exponent = bits >> 10 & 31;
        float fraction = bits & 1023;
        float magnitude = exponent == 31 ? fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN
                : exponent == 0 ? Math.scalb(fraction, -24) : Math.scalb(1024 + fraction, exponent - 25);
        return (bits & 0x8000) == 0 ? magnitude : -magnitude;
    }

    /** The same, but infinity for what fp16 cannot hold: a conversion, and no factor of a product. */
    public int bitsOrInfinity(float value) {
        boolean beyond = this == FP16 && Math.abs(value) >= 65520;
        return beyond ? (value < 0 ? 0x8000 : 0) | 0x7c00 : bits(value);
    }

    /** The bits of the nearest number of 16 bits. */
    public int bits(float value) {
        float rounded = round(value);
        int sign = Float.floatToRawIntBits(rounded) >>> 16 & 0x8000;
        if (Float.isNaN(rounded)) {
            return 0x7fff;
        }
        if (this == BF16) {
            return Float.floatToRawIntBits(rounded) >>> 16;
        }
        float magnitude = Math.abs(rounded);
        if (Float.isInfinite(magnitude)) {
            return sign | 0x7c00;
        }
        int exponent = Math.max(Math.getExponent(magnitude), leastExponent);
        int units = (int) Math.scalb(magnitude, 10 - exponent);         // the leading one counts as a step of the exponent
        return sign | (exponent - leastExponent << 10) + units;
    }
}
