package dev.gateloom.nn;

/** A {@link Convolution} of {@code x [B, H, W, C]}: over images. */
public final class Conv2D extends Convolution {

    /**
     * Makes the layer.
     *
     * @param filters channels of the output, at least 1
     * @param kernelSize height and width of a window, or one number for both
     */
    public Conv2D(int filters, int... kernelSize) {
        super(2, filters, kernelSize);
    }
}
