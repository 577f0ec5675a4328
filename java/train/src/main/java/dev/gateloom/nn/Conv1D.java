package dev.gateloom.nn;

/** A {@link Convolution} of {@code x [B, T, C]}: over time. */
public final class Conv1D extends Convolution {

    /**
     * Makes the layer.
     *
     * @param filters channels of the output, at least 1
     * @param kernelSize values of a window, at least 1
     */
    public Conv1D(int filters, int kernelSize) {
        super(1, filters, kernelSize);
    }
}
