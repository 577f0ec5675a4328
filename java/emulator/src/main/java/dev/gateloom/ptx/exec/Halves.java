package dev.gateloom.ptx.exec;

/** IEEE half precision: 5 bits of exponent, 10 of mantissa. */
final class Halves {
    static final int NAN = 0x7fff;
    private static final int INFINITY = 0x7c00;

    private Halves() {
    }

    static float toFloat(int half) {
        int sign = (half & 0x8000) << 16;
        int exponent = half >> 10 & 31;
        int mantissa = half & 0x3ff;
        if (exponent == 31) {
            return Float.intBitsToFloat(mantissa != 0 ? Floats.NAN : sign | 0x7f800000);
        }
        if (exponent == 0) {
            float small = mantissa * 0x1p-24f;                  // denormal halves are normal floats
            return sign != 0 ? -small : small;
        }
        return Float.intBitsToFloat(sign | exponent + 112 << 23 | mantissa << 13);
    }

    /** To the nearest, ties to even. */
    static int fromFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        if (value != value) {
            return NAN;
        }
        float magnitude = Math.abs(value);
        if (magnitude >= 65520f) {
            return sign | INFINITY;
        }
        if (magnitude < 0x1p-14f) {
            return sign | (int) Math.rint(magnitude * 0x1p24);  // a carry makes the smallest normal number
        }
        int rounded = (bits & 0x7fffffff) + 0xfff + (bits >> 13 & 1);
        return sign | (rounded >> 13) - (112 << 10);
    }
}
