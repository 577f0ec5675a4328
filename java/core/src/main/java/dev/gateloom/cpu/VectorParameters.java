package dev.gateloom.cpu;

import dev.gateloom.Parameter;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnWeights;
import java.util.ArrayList;
import java.util.List;

/**
 * The one-dimensional parameters of one layer and direction (biases, layer normalisation, peepholes), side by side, and
 * their gradients, one sum for each sequence: a sequence belongs to one thread, and adding the sequences up in order
 * gives the same bits for any number of threads.
 */
final class VectorParameters {
    private final String suffix;
    private final List<Parameter> parameters = new ArrayList<>();
    private final int[] offsets;
    private final int size;
    /** The values, each parameter at {@link #offset}. */
    final float[] values;
    /** The gradients, sequence r at {@code r · stride()}. */
    final float[] sums;

    VectorParameters(RnnConfig config, int layer, int direction, int sequences) {
        suffix = RnnConfig.suffix(layer, direction);
        for (Parameter p : RnnWeights.layout(config)) {
            if (p.shape().size() == 1 && p.name().endsWith(suffix)) {
                parameters.add(p);
            }
        }
        offsets = new int[parameters.size()];
        int end = 0;
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = end;
            end += parameters.get(i).size();
        }
        size = end;
        values = new float[size];
        sums = new float[Math.multiplyExact(sequences, size)];
    }

    /** Where a parameter starts, without the layer's suffix; -1 if there is none. */
    int offset(String name) {
        for (int i = 0; i < offsets.length; i++) {
            if (parameters.get(i).name().equals(name + suffix)) {
                return offsets[i];
            }
        }
        return -1;
    }

    /** Distance of two sequences' sums. */
    int stride() {
        return size;
    }

    void load(float[] weights) {
        for (int i = 0; i < offsets.length; i++) {
            Parameter p = parameters.get(i);
            System.arraycopy(weights, p.offset(), values, offsets[i], p.size());
        }
    }

    /** Adds the sums of the sequences to the gradients: share id of n. */
    void addGradients(float[] gradients, int sequences, int id, int n) {
        for (int i = 0; i < offsets.length; i++) {
            Parameter p = parameters.get(i);
            for (int j = LayerCell.share(p.size(), id, n); j < LayerCell.share(p.size(), id + 1, n); j++) {
                float sum = 0;
                for (int r = 0; r < sequences; r++) {
                    sum += sums[r * size + offsets[i] + j];
                }
                gradients[p.offset() + j] += sum;
            }
        }
    }
}
