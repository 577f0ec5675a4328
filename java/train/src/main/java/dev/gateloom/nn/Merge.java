package dev.gateloom.nn;

/** How the outputs of the two directions become one. */
public enum Merge {
    /** Side by side, forward first. */
    CONCAT,
    /** Added. */
    SUM,
    /** Multiplied. */
    MUL,
    /** Their mean. */
    AVERAGE;

    /** {@code from [rows, 2R]} to {@code to [rows, R]}. */
    void join(Tensor from, Tensor to) {
        int r = to.features();
        for (int row = 0; row < to.rows(); row++) {
            for (int j = 0; j < r; j++) {
                float a = from.values()[2 * row * r + j];
                float b = from.values()[(2 * row + 1) * r + j];
                to.values()[row * r + j] = this == MUL ? a * b : this == SUM ? a + b : 0.5f * (a + b);
            }
        }
    }

    /** Gradient of {@link #join}: {@code d [rows, R]} to {@code dFrom [rows, 2R]}. */
    void split(Tensor d, Tensor from, Tensor dFrom) {
        int r = d.features();
        for (int row = 0; row < d.rows(); row++) {
            for (int j = 0; j < r; j++) {
                float g = d.values()[row * r + j];
                int a = 2 * row * r + j;
                int b = a + r;
                dFrom.values()[a] = this == MUL ? g * from.values()[b] : this == SUM ? g : 0.5f * g;
                dFrom.values()[b] = this == MUL ? g * from.values()[a] : this == SUM ? g : 0.5f * g;
            }
        }
    }
}
