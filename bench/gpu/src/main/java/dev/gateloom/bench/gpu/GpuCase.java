package dev.gateloom.bench.gpu;

import dev.gateloom.Precision;
import dev.gateloom.RnnWeights;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Dims;
import dev.gateloom.bench.Kind;
import java.util.Locale;

/**
 * A case in a precision.
 *
 * @param of what is run
 * @param precision of the products of matrices
 */
public record GpuCase(Case of, Precision precision) {

    /**
     * In one word group.
     *
     * @return for example {@code LSTM 64x256x512x512 training, bf16}
     */
    public String title() {
        return of.title() + ", " + name(precision);
    }

    /**
     * What must be moved at least, once each: the caller's input, output and weights, and in training their gradients.
     *
     * @return bytes
     */
    public double bytes() {
        Dims d = of.dims();
        double rows = (double) d.steps() * d.batch() * (d.inputSize() + d.hiddenSize());
        double parameters = RnnWeights.layout(of.config()).stream().mapToDouble(p -> p.size()).sum();
        return Float.BYTES * (rows + parameters) * (of.kind() == Kind.TRAINING ? 2 : 1);
    }

    static String name(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT);
    }
}
