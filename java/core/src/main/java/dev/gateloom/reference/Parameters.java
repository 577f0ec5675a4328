package dev.gateloom.reference;

import dev.gateloom.RnnConfig;
import dev.gateloom.RnnWeights;
import java.util.ArrayList;
import java.util.List;

/** The parameters of one layer and direction by their names without suffix. */
final class Parameters {
    private final RnnWeights layout;
    private final double[] values;
    private final String suffix;
    private final List<Weight> taken = new ArrayList<>();

    Parameters(RnnWeights layout, double[] values, int layer, int direction) {
        this.layout = layout;
        this.values = values;
        this.suffix = RnnConfig.suffix(layer, direction);
    }

    /** {@code weight_ih}, {@code bias_hh}, …; null if the stack has none. To be taken once. */
    Weight take(String name) {
        Weight weight = Weight.of(layout, values, name + suffix);
        if (weight != null) {
            taken.add(weight);
        }
        return weight;
    }

    /** Adds the gradients of all that were taken to {@code all}, which is laid out as the weights' data. */
    void collect(double[] all) {
        taken.forEach(weight -> weight.collect(all));
    }
}
