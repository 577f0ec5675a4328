package dev.gateloom.ptx.exec;

/** The upper half of a float, and the 19-bit format that matrix units read from floats. */
final class BrainFloats {
    static final int NAN = 0x7fff;

    private BrainFloats() {
    }

    static float toFloat(int bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** To the nearest, ties to even. */
    static int fromFloat(float value) {
        if (value != value) {
            return NAN;
        }
        int bits = Float.floatToRawIntBits(value);
        return bits + 0x7fff + (bits >>> 16 & 1) >>> 16;
    }

    /** {@code cvt.rna.tf32}: ten bits of mantissa, ties away from zero. */
    static int toTf32(int bits) {
        float value = Float.intBitsToFloat(bits);
        if (value != value) {
            return Floats.NAN;
        }
        return Float.isInfinite(value) ? bits : bits + 0x1000 & 0xffffe000;
    }
}
