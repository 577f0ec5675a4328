package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.ArrayList;
import java.util.List;

/** Layers one after the other. Owns what lies between them; after the first round nothing is allocated. */
public final class Sequential implements Layer {
    private final List<Layer> layers;
    private final List<Trainable> parameters = new ArrayList<>();
    private final Tensor[] between;         // between[k]: output of layer k, except the last
    private final Tensor[] gradient;        // gradient[k]: of between[k]

    /**
     * Joins layers; closing the model closes them.
     *
     * @param layers at least one, the input's first
     */
    public Sequential(Layer... layers) {
        Require.that(layers.length > 0, "layers", "at least one", "none");
        this.layers = List.of(layers);
        between = new Tensor[layers.length - 1];
        gradient = new Tensor[layers.length - 1];
        for (int k = 0; k < between.length; k++) {
            between[k] = new Tensor();
            gradient[k] = new Tensor();
        }
        for (int k = 0; k < layers.length; k++) {
            for (Trainable t : layers[k].parameters()) {
                parameters.add(new Trainable(k + "." + t.name(), t.values(), t.gradients(), t.changed()));
            }
        }
    }

    /** {@inheritDoc} Names are {@code 0.weight}: the layer's place, then its own name. */
    @Override
    public List<Trainable> parameters() {
        return List.copyOf(parameters);
    }

    @Override
    public void forward(Tensor x, Tensor y, boolean training) {
        int last = layers.size() - 1;
        for (int k = 0; k <= last; k++) {
            layers.get(k).forward(k == 0 ? x : between[k - 1], k == last ? y : between[k], training);
        }
    }

    @Override
    public void backward(Tensor dy, Tensor dx) {
        int last = layers.size() - 1;
        for (int k = last; k >= 0; k--) {
            layers.get(k).backward(k == last ? dy : gradient[k], k == 0 ? dx : gradient[k - 1]);
        }
    }

    @Override
    public void close() {
        layers.forEach(Layer::close);
    }
}
