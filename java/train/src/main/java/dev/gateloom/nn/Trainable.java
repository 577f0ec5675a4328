package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.List;

/**
 * A parameter of a layer as an optimizer sees it: a part of an array and, at the same place, its gradient. Several
 * parameters may lie in one array.
 *
 * @param name unique inside its layer, for example {@code weight}; in a model behind the layer's name: {@code dense.weight}
 * @param shape its dimensions
 * @param values the array it lies in
 * @param gradients of the same length; backward adds to them
 * @param offset index of its first value
 * @param changed to be run after the values were changed, so that packed copies are renewed
 */
public record Trainable(String name, List<Integer> shape, float[] values, float[] gradients, int offset,
        Runnable changed) {

    /**
     * Checks the lengths.
     *
     * @param name unique inside its layer
     * @param shape its dimensions
     * @param values the array it lies in
     * @param gradients of the same length
     * @param offset index of its first value
     * @param changed to be run after the values were changed
     */
    public Trainable {
        shape = List.copyOf(shape);
        Require.that(values.length == gradients.length, "gradients", values.length + " values", gradients.length);
        long end = offset + shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
        Require.that(offset >= 0 && end <= values.length, "shape",
                "at most " + values.length + " values from " + offset + " on", shape);
    }

    /**
     * A parameter that is a whole array.
     *
     * @param name unique inside its layer
     * @param values the parameters
     * @param gradients of the same length
     * @param changed to be run after the values were changed
     */
    public Trainable(String name, float[] values, float[] gradients, Runnable changed) {
        this(name, List.of(values.length), values, gradients, 0, changed);
    }

    /** A parameter in a tensor of its own, which nobody copies. */
    static Trainable of(String name, Tensor values, Tensor gradients, Integer... shape) {
        return new Trainable(name, List.of(shape), values.values(), gradients.values(), 0, () -> { });
    }

    /**
     * Number of values.
     *
     * @return the product of the dimensions
     */
    public int size() {
        int size = 1;
        for (int i = 0; i < shape.size(); i++) {
            size *= shape.get(i);
        }
        return size;
    }

    /**
     * Index after the last value.
     *
     * @return {@code offset + size}
     */
    public int end() {
        return offset + size();
    }

    /** The same under the name of its layer. */
    Trainable in(String layer) {
        return new Trainable(layer + "." + name, shape, values, gradients, offset, changed);
    }
}
