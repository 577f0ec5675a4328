package dev.gateloom.bench.models;

import dev.gateloom.bench.Dims;
import dev.gateloom.bench.NamedShape;
import java.util.List;

/** The models that are trained. All learn by Adam, without dropout and clipping: these are random, or defined differently. */
public enum ModelKind {
    /**
     * The model of the example {@code text} with an LSTM in the GRU's place, which DL4J lacks: Embedding → LSTM → Dense, letter
     * by letter. The inputs of the LSTM are the embedding's.
     */
    CHARACTERS("character model", List.of(new Dims(32, 64, 32, 256)), 1, ModelKind.ALPHABET, 0.004),
    /** The forecaster of {@code bench/run} and of the example {@code weather}: two LSTM layers, the last step → Dense. */
    FORECASTER("forecaster", List.of(new Dims(32, 14, 4, 32)), 2, 7, 0.005),
    /** One LSTM layer and nothing else, whose outputs are to come close to given ones: the trainer against the bare engine. */
    LAYER("layer", List.of(NamedShape.S1.dims(), NamedShape.S2.dims()), 1, 0, 0.001);

    /** Letters, digits, space and four special tokens of the example's text. */
    private static final int ALPHABET = 41;

    private final String text;
    private final List<Dims> sizes;
    private final int layers;
    private final int outputs;
    private final double rate;

    ModelKind(String text, List<Dims> sizes, int layers, int outputs, double rate) {
        this.text = text;
        this.sizes = sizes;
        this.layers = layers;
        this.outputs = outputs;
        this.rate = rate;
    }

    /**
     * As tables name it.
     *
     * @return in words
     */
    public String text() {
        return text;
    }

    /**
     * The sizes it is measured in.
     *
     * @return B x T x I x H of its recurrent layers
     */
    public List<Dims> sizes() {
        return sizes;
    }

    /**
     * Its recurrent layers.
     *
     * @return how many
     */
    public int layers() {
        return layers;
    }

    /**
     * Outputs of the dense layer: letters or days.
     *
     * @return their number; 0 without a dense layer
     */
    public int outputs() {
        return outputs;
    }

    /**
     * The learning rate of Adam, whose other settings are 0.9, 0.999 and 1e-8.
     *
     * @return the rate
     */
    public double rate() {
        return rate;
    }

    /**
     * Whether the loss is the cross-entropy of the next letter at each step; else it is the mean squared error.
     *
     * @return true for the character model
     */
    public boolean classifies() {
        return this == CHARACTERS;
    }
}
