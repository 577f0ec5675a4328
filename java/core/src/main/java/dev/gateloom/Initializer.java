package dev.gateloom;

/** Draws the first values of the weights. The same seed gives the same values on every machine. */
@FunctionalInterface
public interface Initializer {

    /**
     * Fills one parameter.
     *
     * @param config the stack
     * @param parameter which one: its values are {@code data[offset .. offset + size)}
     * @param data where the values go
     */
    void fill(RnnConfig config, Parameter parameter, float[] data);

    /**
     * PyTorch's default: every weight and bias uniform in {@code ±1/sqrt(H)}. Gains of a layer normalisation are 1,
     * its offsets 0.
     *
     * @param seed of the generator
     * @return the initializer
     */
    static Initializer pytorch(long seed) {
        return (config, p, data) -> {
            if (Initializers.normalisation(p, data)) {
                return;
            }
            Initializers.uniform(seed, p, data, (float) (1 / Math.sqrt(config.hiddenSize())));
        };
    }

    /**
     * Keras's default: input weights Glorot uniform (Glorot and Bengio 2010), recurrent weights orthogonal (Saxe et
     * al. 2013), biases 0 with the LSTM's forget bias at 1.
     *
     * @param seed of the generator
     * @return the initializer
     */
    static Initializer keras(long seed) {
        Initializer drawn = (config, p, data) -> {
            if (Initializers.normalisation(p, data)) {
                return;
            }
            if (p.name().startsWith("weight_hh")) {
                Initializers.orthogonal(seed, p, data);
            } else if (p.shape().size() == 2) {
                int fans = p.shape().get(0) + p.shape().get(1);
                Initializers.uniform(seed, p, data, (float) Math.sqrt(6.0 / fans));
            } else {
                java.util.Arrays.fill(data, p.offset(), p.offset() + p.size(), 0f);
            }
        };
        return drawn.forgetBias(1f);
    }

    /**
     * The same, but the LSTM's forget bias is {@code value} (Gers et al. 2000; Jozefowicz et al. 2015): it goes into
     * {@code bias_ih} (or {@code bias} of the layer-normalised cell), that of {@code bias_hh} becomes 0.
     *
     * @param value the bias, usually 1
     * @return the initializer
     */
    default Initializer forgetBias(float value) {
        return (config, p, data) -> {
            fill(config, p, data);
            if (config.cell() == CellType.LSTM && p.name().startsWith("bias")) {
                int h = config.hiddenSize();
                java.util.Arrays.fill(data, p.offset() + h, p.offset() + 2 * h,
                        p.name().startsWith("bias_hh") ? 0f : value);
            }
        };
    }
}
