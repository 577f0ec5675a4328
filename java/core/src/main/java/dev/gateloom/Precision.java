package dev.gateloom;

/**
 * In which numbers an engine multiplies matrices. Everything else is float32 in each of them: tensors and weights of the
 * caller, the sums of the products, gates, cell states and gradients. The factors of a product are rounded to nearest just
 * before it.
 */
public enum Precision {
    /** IEEE single precision, 24 significant bits. Every engine has it, and it is what is used unless another is asked for. */
    FP32(24),
    /** NVIDIA's TensorFloat-32: the exponent of float32, 11 significant bits. Weights take as much memory as in float32. */
    TF32(11),
    /** bfloat16: the exponent of float32, 8 significant bits. */
    BF16(8),
    /**
     * IEEE half precision: 11 significant bits and a narrow exponent. Inputs and weights beyond 65,504 become infinite, and
     * below 6e-5 they lose digits. Gradients are scaled by powers of two, layer by layer and without rounding, so that a loss
     * needs no scale; those that grow 30,000-fold on their way back through a layer become infinite.
     */
    FP16(11);

    private final int significantBits;

    Precision(int significantBits) {
        this.significantBits = significantBits;
    }

    /**
     * Digits of a number.
     *
     * @return bits, the leading one included; rounding moves a number by at most 2<sup>-bits</sup> of itself
     */
    public int significantBits() {
        return significantBits;
    }
}
