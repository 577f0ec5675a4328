package dev.gateloom.safetensors;

/** The 16-bit floating-point formats, widened without loss. */
final class Half {

    private Half() {
    }

    /** IEEE half precision: 1 sign, 5 exponent (bias 15) and 10 fraction bits. */
    static float fromF16(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0) {                    // zero and subnormals: fraction · 2^-24
            float magnitude = fraction * 0x1p-24f;
            return Float.intBitsToFloat(sign | Float.floatToRawIntBits(magnitude));
        }
        int wide = exponent == 0x1f ? 0xff : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
    }

    /** The upper half of a single-precision number. */
    static float fromBf16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }
}
