package dev.gateloom.cpu;

import dev.gateloom.Mode;
import dev.gateloom.Parameter;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;

/** What a plan needs must fit in Java arrays; what does not is refused before memory is taken. */
final class Capacity {
    /** Some JVMs refuse the last few. */
    private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private Capacity() {
    }

    static void check(Kernels kernels, RnnConfig config, Shape shape, Mode mode, boolean fused) {
        int panel = 4 * kernels.lanes;
        long units = fused ? kernels.pad(config.hiddenSize()) : Panels.round(config.hiddenSize(), panel);
        long gates = config.cell().gates() * units;
        long inputs = Math.max(config.inputSize(), (long) config.numDirections() * kernels.pad(config.outputSize()));
        long rows = (long) shape.maxSteps() * shape.maxBatch();
        if (mode == Mode.TRAINING) {
            check(shape, "steps x sequences", rows, Math.max(gates, inputs + panel));
            if (!fused) {
                check(shape, "sequences", shape.maxBatch(), Math.max(1, vectors(config)));
            }
        } else {
            check(shape, "steps x sequences", rows, inputs);
            check(shape, "sequences", shape.maxBatch(), Math.max(gates, inputs + panel));
        }
        long longest = Math.max(inputs, units) + panel;
        if (longest * (gates + panel) > LARGEST_ARRAY) {
            throw new IllegalArgumentException("config: expected weights that fit in one array of 2^31 floats when packed, got "
                    + config);
        }
    }

    /** Values of the one-dimensional parameters of a layer and direction, see {@link VectorParameters}. */
    private static long vectors(RnnConfig config) {
        return RnnWeights.layout(config).stream()
                .filter(p -> p.shape().size() == 1 && p.name().endsWith(RnnConfig.suffix(0, 0)))
                .mapToLong(Parameter::size).sum();
    }

    private static void check(Shape shape, String of, long rows, long columns) {
        if (rows * columns > LARGEST_ARRAY) {
            throw new IllegalArgumentException("shape: expected at most " + LARGEST_ARRAY / columns + " " + of + ", since "
                    + columns + " floats for each must fit in one array, got " + shape);
        }
    }
}
