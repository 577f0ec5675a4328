package dev.gateloom.nn;

/** A {@link Convolution} of {@code x [B, D, H, W, C]}: over volumes, or images in time. */
public final class Conv3D extends Convolution {

    /**
     * Makes the layer.
     *
     * @param filters channels of the output, at least 1
     * @param kernelSize depth, height and width of a window, or one number for all
     */
    public Conv3D(int filters, int... kernelSize) {
        super(3, filters, kernelSize);
    }
}
