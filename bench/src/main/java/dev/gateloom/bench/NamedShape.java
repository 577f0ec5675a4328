package dev.gateloom.bench;

import java.util.Optional;

/** The five shapes of practice that every default run measures. */
public enum NamedShape {
    /** One long sequence, small cell: streaming. */
    S1(new Dims(1, 100, 64, 128)),
    /** A small training batch. */
    S2(new Dims(32, 50, 128, 256)),
    /** A language model of moderate size. */
    S3(new Dims(64, 64, 512, 512)),
    /** Long series, tiny cell: sensor data. */
    S4(new Dims(16, 256, 64, 64)),
    /** Large products: near the machine's limit. */
    S5(new Dims(128, 32, 1024, 1024));

    private final Dims dims;

    NamedShape(Dims dims) {
        this.dims = dims;
    }

    /**
     * The size.
     *
     * @return B, T, I, H
     */
    public Dims dims() {
        return dims;
    }

    /**
     * The name of a size, if it has one.
     *
     * @param dims a size
     * @return for example S3
     */
    public static Optional<NamedShape> of(Dims dims) {
        for (NamedShape s : values()) {
            if (s.dims.equals(dims)) {
                return Optional.of(s);
            }
        }
        return Optional.empty();
    }
}
