package dev.gateloom.bench.models;

import dev.gateloom.bench.Dims;
import dev.gateloom.bench.NamedShape;

/**
 * A model in one size.
 *
 * @param kind the model
 * @param dims B, T and the I and H of its recurrent layers
 */
public record ModelCase(ModelKind kind, Dims dims) {

    /**
     * As tables name it.
     *
     * @return for example {@code forecaster 32x14x4x32} or {@code layer S1}
     */
    public String title() {
        return kind.text() + " " + NamedShape.of(dims).map(Enum::name).orElse(dims.toString());
    }
}
