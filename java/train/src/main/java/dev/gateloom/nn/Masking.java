package dev.gateloom.nn;

/** Masks the steps of {@code x [B, T, F]} whose features all have a given value; what follows skips them. */
public final class Masking extends UnaryLayer {
    private final float maskValue;
    private boolean[] mask = new boolean[0];

    /**
     * Makes the layer.
     *
     * @param maskValue what stands at steps that do not count
     */
    public Masking(float maskValue) {
        this.maskValue = maskValue;
    }

    @Override
    public String kind() {
        return "Masking";
    }

    @Override
    protected int[] create(Setup setup, int[] input) {
        requireAxes(input, 2, STEPS_AND_FEATURES);
        return input;
    }

    @Override
    protected void compute(Tensor x, Tensor y, boolean training) {
        int width = x.features();
        if (mask.length < x.rows()) {
            mask = new boolean[x.rows()];
        }
        y.like(x).set(x);
        for (int row = 0; row < x.rows(); row++) {
            boolean valid = false;
            for (int j = 0; j < width; j++) {
                valid |= x.values()[row * width + j] != maskValue;
            }
            mask[row] = valid && (x.mask() == null || x.mask()[row]);
            for (int j = 0; j < width && !mask[row]; j++) {
                y.values()[row * width + j] = 0f;
            }
        }
        y.mask(mask);
    }

    @Override
    protected void gradients(Tensor x, Tensor dy, Tensor dx) {
        if (dx == null) {
            return;
        }
        int width = x.features();
        dx.like(x);
        for (int i = 0; i < dx.size(); i++) {
            dx.values()[i] = mask[i / width] ? dy.values()[i] : 0f;
        }
    }
}
