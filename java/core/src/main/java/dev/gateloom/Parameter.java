package dev.gateloom;

import java.util.Arrays;
import java.util.List;

/**
 * One named parameter inside {@link RnnWeights#data()}: row-major, starting at {@code offset}.
 *
 * @param name PyTorch's name: {@code weight_ih_l0}, {@code bias_hh_l1_reverse}, …
 * @param shape its dimensions
 * @param offset index of its first element
 * @param size number of elements
 */
public record Parameter(String name, List<Integer> shape, int offset, int size) {

    static Parameter of(String name, int offset, int... dims) {
        return new Parameter(name, Arrays.stream(dims).boxed().toList(), offset,
                Arrays.stream(dims).reduce(1, (a, b) -> a * b));
    }
}
