package dev.gateloom.cuda;

import dev.gateloom.Parameter;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnWeights;
import java.util.HashMap;
import java.util.Map;

/**
 * Where the parameters of each layer and direction start, in floats: the same place in all weights and gradients of one
 * configuration, on the host and on the device. Index k = layer·D + direction; -1 for what the stack has not.
 */
final class ParameterPlaces {
    final int size;
    final int[] weightIh;
    final int[] weightHh;
    final int[] biasIh;
    final int[] biasHh;

    ParameterPlaces(RnnConfig config) {
        Map<String, Integer> offsets = new HashMap<>();
        int end = 0;
        for (Parameter p : RnnWeights.layout(config)) {
            offsets.put(p.name(), p.offset());
            end = p.offset() + p.size();
        }
        size = end;
        weightIh = of("weight_ih", config, offsets);
        weightHh = of("weight_hh", config, offsets);
        biasIh = of("bias_ih", config, offsets);
        biasHh = of("bias_hh", config, offsets);
    }

    private static int[] of(String name, RnnConfig config, Map<String, Integer> offsets) {
        int directions = config.numDirections();
        int[] places = new int[config.numLayers() * directions];
        for (int k = 0; k < places.length; k++) {
            places[k] = offsets.getOrDefault(name + RnnConfig.suffix(k / directions, k % directions), -1);
        }
        return places;
    }
}
