package dev.gateloom.ptx.exec;

/** What an instruction is counted as. */
public enum InstructionClass {
    /** Integer and logic. */
    INTEGER,
    /** Single precision. */
    FLOAT32,
    /** Double precision. */
    FLOAT64,
    /** Two-byte floating point. */
    FLOAT16,
    /** Approximations of the special function unit, and what is built on them. */
    SPECIAL,
    /** Conversions. */
    CONVERT,
    /** Moves between registers, and selections. */
    MOVE,
    /** Comparisons and logic on predicates. */
    PREDICATE,
    /** Global or generic memory. */
    GLOBAL,
    /** Shared memory. */
    SHARED,
    /** Local memory. */
    LOCAL,
    /** Arguments and constants. */
    PARAMETER,
    /** Atomics. */
    ATOMIC,
    /** Matrix units. */
    TENSOR,
    /** Shuffles, votes. */
    SHUFFLE,
    /** Barriers and fences. */
    BARRIER,
    /** Branches. */
    CONTROL
}
