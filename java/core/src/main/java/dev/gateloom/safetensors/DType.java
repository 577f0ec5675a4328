package dev.gateloom.safetensors;

/** Element types that a file may list. The floating-point ones from F16 to F64 can be read as numbers. */
public enum DType {
    /** Truth value, one byte. */
    BOOL(1),
    /** Unsigned 8-bit integer. */
    U8(1),
    /** Signed 8-bit integer. */
    I8(1),
    /** 8-bit float with 5 exponent bits. */
    F8_E5M2(1),
    /** 8-bit float with 4 exponent bits. */
    F8_E4M3(1),
    /** 8-bit power of two. */
    F8_E8M0(1),
    /** Unsigned 16-bit integer. */
    U16(2),
    /** Signed 16-bit integer. */
    I16(2),
    /** IEEE half precision. */
    F16(2),
    /** The upper half of an {@link #F32}. */
    BF16(2),
    /** Unsigned 32-bit integer. */
    U32(4),
    /** Signed 32-bit integer. */
    I32(4),
    /** IEEE single precision. */
    F32(4),
    /** Unsigned 64-bit integer. */
    U64(8),
    /** Signed 64-bit integer. */
    I64(8),
    /** IEEE double precision. */
    F64(8),
    /** Complex number of two {@link #F32}. */
    C64(8);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /**
     * Size of one element.
     *
     * @return bytes
     */
    public int bytes() {
        return bytes;
    }

    /**
     * Whether {@link Safetensors#floats} and {@link Safetensors#doubles} take it.
     *
     * @return true for F16, BF16, F32 and F64
     */
    public boolean readable() {
        return this == F16 || this == BF16 || this == F32 || this == F64;
    }
}
