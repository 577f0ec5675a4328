package dev.gateloom.cuda;

import dev.gateloom.Precision;

/** Products on tensor cores of factors that lie as a tile wants them, on the stream of the tensors. */
record TensorProducts(Tensors tensors, Precision precision, MmaTile tile) {

    enum Form { NT, NN, TN }

    /** Whether large factors are rounded to 16 bits beforehand, in precisions of 16 bits. */
    boolean halves() {
        return tile == MmaTile.WIDE;
    }

    /** {@code C (+)= A · B + bias}, over slices of K of a depth. */
    void nt(long c, int ldc, Factor a, Factor b, long bias, int m, int n, int k, boolean accumulate, int depth) {
        kernels().nt(tensors.stream, c, ldc, a.address(), a.stride(), b.address(), b.stride(), bias, m, n, k, accumulate, depth);
    }

    /** The same without a bias, of gradients of that magnitude; 0 for no scale. */
    void nn(long c, int ldc, Factor a, Factor b, int m, int n, int k, boolean accumulate, long magnitude) {
        kernels().nn(tensors.stream, c, ldc, a.address(), a.stride(), b.address(), b.stride(), m, n, k, accumulate, k, magnitude);
    }

    /** The same, over slices of K of a depth. */
    void tn(long c, int ldc, Factor a, Factor b, int m, int n, int k, boolean accumulate, int depth, long magnitude) {
        kernels().tn(tensors.stream, c, ldc, a.address(), a.stride(), b.address(), b.stride(), m, n, k, accumulate, depth, magnitude);
    }

    /** The left factor of a form, {@code [M, K]} or {@code [K, M]}. */
    Factor left(Form form, Values values, int m, int k) {
        return values.of(tensors, precision, form == Form.TN ? k : m, form == Form.TN ? m : k, halves());
    }

    /** The right one, {@code [N, K]} or {@code [K, N]}: weights but for the last form, and so packed. */
    Factor right(Form form, Values values, int n, int k) {
        return values.of(tensors, precision, form == Form.NT ? n : k, form == Form.NT ? k : n, form != Form.TN || halves());
    }

    /** {@link Factor#of} or {@link Factor#eighths}. */
    interface Values {
        Factor of(Tensors tensors, Precision precision, int rows, int columns, boolean halves);
    }

    private MmaKernels kernels() {
        return new MmaKernels(tensors.device, precision, tile);
    }
}
