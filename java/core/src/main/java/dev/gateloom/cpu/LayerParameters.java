package dev.gateloom.cpu;

import dev.gateloom.RnnConfig;
import dev.gateloom.RnnWeights;

/**
 * Where the parameters of one layer and direction start in {@link RnnWeights#data()}: the same place in all weights and
 * gradients of one configuration. Looked up once, since the look-up by name allocates. -1 for what the stack has not.
 */
final class LayerParameters {
    final int weightIh;
    final int weightHh;
    final int biasIh;
    final int biasHh;

    LayerParameters(RnnWeights weights, int layer, int direction) {
        weightIh = offset(weights, "weight_ih", layer, direction);
        weightHh = offset(weights, "weight_hh", layer, direction);
        biasIh = offset(weights, "bias_ih", layer, direction);
        biasHh = offset(weights, "bias_hh", layer, direction);
    }

    /** Offset of any parameter of a layer and direction; -1 if the stack has none of that name. */
    static int offset(RnnWeights weights, String name, int layer, int direction) {
        String full = name + RnnConfig.suffix(layer, direction);
        return weights.has(full) ? weights.parameter(full).offset() : -1;
    }
}
