package dev.gateloom.reference;

/**
 * {@code W_hh h} where gate j sees {@code mask_j⊙h} (recurrent dropout, Gal and Ghahramani 2016) and {@code W_hh} may
 * carry a mask itself (DropConnect, Merity et al. 2018).
 */
final class RecurrentProduct {
    private final Weight weight;            // [G·H, R]
    private final int gates;
    private final int hiddenSize;

    RecurrentProduct(Weight weight, int gates, int hiddenSize) {
        this.weight = weight;
        this.gates = gates;
        this.hiddenSize = hiddenSize;
    }

    /** All gates: [G·H]. */
    double[] forward(double[] h, StepMasks masks) {
        double[] product = new double[gates * hiddenSize];
        for (int gate = 0; gate < gates; gate++) {
            forward(gate, h, masks, product);
        }
        return product;
    }

    /** The rows of one gate. */
    void forward(int gate, double[] h, StepMasks masks, double[] product) {
        weight.times(gate * hiddenSize, hiddenSize, masked(gate, h, masks), product);
    }

    /** Gradient of h, given that of all gates. */
    double[] backward(double[] d, double[] h, StepMasks masks) {
        double[] dh = new double[h.length];
        for (int gate = 0; gate < gates; gate++) {
            backward(gate, d, h, masks, dh);
        }
        return dh;
    }

    /** Adds the gradient of h through one gate. */
    void backward(int gate, double[] d, double[] h, StepMasks masks, double[] dh) {
        double[] dMasked = new double[h.length];
        weight.backward(gate * hiddenSize, hiddenSize, d, masked(gate, h, masks), dMasked);
        for (int j = 0; j < h.length; j++) {
            dh[j] += masks.recurrent(gate, j) * dMasked[j];
        }
    }

    private static double[] masked(int gate, double[] h, StepMasks masks) {
        double[] m = new double[h.length];
        for (int j = 0; j < h.length; j++) {
            m[j] = masks.recurrent(gate, j) * h[j];
        }
        return m;
    }
}
