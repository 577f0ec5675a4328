package dev.gateloom.ptx.parse;

import java.util.HashMap;
import java.util.Map;

/** The fundamental types of PTX. */
public enum PtxType {
    /** A predicate. */
    PRED(1),
    /** Untyped. */
    B8(8),
    /** Unsigned. */
    U8(8),
    /** Signed. */
    S8(8),
    /** Untyped. */
    B16(16),
    /** Unsigned. */
    U16(16),
    /** Signed. */
    S16(16),
    /** Half precision. */
    F16(16),
    /** Brain float. */
    BF16(16),
    /** Untyped. */
    B32(32),
    /** Unsigned. */
    U32(32),
    /** Signed. */
    S32(32),
    /** Single precision. */
    F32(32),
    /** Two halves. */
    F16X2(32),
    /** Two brain floats. */
    BF16X2(32),
    /** Single precision with ten bits of mantissa. */
    TF32(32),
    /** Untyped. */
    B64(64),
    /** Unsigned. */
    U64(64),
    /** Signed. */
    S64(64),
    /** Double precision. */
    F64(64);

    private static final Map<String, PtxType> BY_NAME = new HashMap<>();

    static {
        for (PtxType type : values()) {
            BY_NAME.put(type.name().toLowerCase(java.util.Locale.ROOT), type);
        }
    }

    private final int bits;

    PtxType(int bits) {
        this.bits = bits;
    }

    /**
     * The type of a name.
     *
     * @param name without the dot, for example {@code u32}
     * @return the type; null if there is none of that name
     */
    public static PtxType of(String name) {
        return BY_NAME.get(name);
    }

    /**
     * Size.
     *
     * @return bits of a value
     */
    public int bits() {
        return bits;
    }

    /**
     * Size in memory.
     *
     * @return bytes of a value
     */
    public int bytes() {
        return bits / 8;
    }

    /**
     * Whether a narrower value is extended by its sign.
     *
     * @return true for the {@code s} types
     */
    public boolean signed() {
        return this == S8 || this == S16 || this == S32 || this == S64;
    }

    /**
     * Whether it counts as an integer or as plain bits.
     *
     * @return false for floating point
     */
    public boolean integral() {
        return switch (this) {
            case F16, BF16, F32, F16X2, BF16X2, TF32, F64 -> false;
            default -> true;
        };
    }
}
