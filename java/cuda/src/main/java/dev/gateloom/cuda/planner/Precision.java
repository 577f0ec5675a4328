package dev.gateloom.cuda.planner;

/** What the factors of the matrix products are rounded to. Sums and cell states are fp32 in all of them. */
public enum Precision {
    /** Single precision, on the ordinary cores. */
    FP32,
    /** The 19 bits that the matrix units take of a float. */
    TF32,
    /** 8 bits of exponent, 8 of significand. */
    BF16,
    /** IEEE half precision. */
    FP16
}
