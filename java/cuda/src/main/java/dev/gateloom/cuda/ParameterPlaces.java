package dev.gateloom.cuda;

import dev.gateloom.Parameter;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnWeights;
import java.util.Arrays;
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
    private final RnnConfig config;
    private final Map<String, Integer> offsets = new HashMap<>();

    ParameterPlaces(RnnConfig config) {
        this.config = config;
        int end = 0;
        for (Parameter p : RnnWeights.layout(config)) {
            offsets.put(p.name(), p.offset());
            end = p.offset() + p.size();
        }
        size = end;
        weightIh = of("weight_ih");
        weightHh = of("weight_hh");
        biasIh = of("bias_ih");
        biasHh = of("bias_hh");
    }

    /** Any parameter's place in layer and direction k. The name is without suffix, for example {@code peephole}. */
    int of(String name, int k) {
        int directions = config.numDirections();
        return offsets.getOrDefault(name + RnnConfig.suffix(k / directions, k % directions), -1);
    }

    private int[] of(String name) {
        int[] places = new int[config.numLayers() * config.numDirections()];
        Arrays.setAll(places, k -> of(name, k));
        return places;
    }
}
