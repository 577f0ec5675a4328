package dev.gateloom.nn;

import dev.gateloom.Initializer;
import dev.gateloom.train.internal.Require;

/** How the first values of parameters are drawn. The same seed gives the same values on every machine. */
public enum Initialisation {
    /** PyTorch's defaults: uniform in {@code ±1/sqrt(inputs)}, recurrent {@code ±1/sqrt(H)}, biases too; embeddings normal. */
    PYTORCH,
    /** Keras's defaults: Glorot uniform and orthogonal, biases 0, forget bias 1; embeddings uniform in ±0.05. */
    KERAS;

    /** Weights of sums over {@code inputs} values, as many sums reading a value as there are {@code outputs}. */
    void weight(Tensor weight, int inputs, int outputs, long seed) {
        uniform(weight, this == PYTORCH ? 1 / Math.sqrt(inputs) : Math.sqrt(6.0 / (inputs + outputs)), seed);
    }

    void bias(Tensor bias, int inputs, long seed) {
        if (this == PYTORCH) {
            uniform(bias, 1 / Math.sqrt(inputs), seed);
        } else {
            bias.fill(0);
        }
    }

    void embedding(Tensor table, long seed) {
        if (this == KERAS) {
            uniform(table, 0.05, seed);
            return;
        }
        for (int i = 0; i < table.size(); i++) {
            table.values()[i] = (float) Draw.normal(seed, i);
        }
    }

    Initializer recurrent(long seed) {
        return this == PYTORCH ? Initializer.pytorch(seed) : Initializer.keras(seed);
    }

    private static void uniform(Tensor to, double bound, long seed) {
        Require.that(bound < Double.POSITIVE_INFINITY, "inputs", "at least 1", 0);
        for (int i = 0; i < to.size(); i++) {
            to.values()[i] = (float) ((2 * Draw.uniform(seed, i) - 1) * bound);
        }
    }
}
