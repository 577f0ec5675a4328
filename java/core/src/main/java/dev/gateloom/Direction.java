package dev.gateloom;

/** In which order a layer reads the sequence. */
public enum Direction {
    /** From step 0 to the last one. */
    FORWARD,
    /**
     * From each sequence's own last valid step to step 0. Output {@code y[t]} still belongs to input {@code x[t]};
     * Keras's {@code go_backwards} hands the same values out in the order in which they were computed.
     */
    BACKWARD,
    /** Both, outputs side by side: forward in {@code y[..., 0:R]}, backward in {@code y[..., R:2R]}. */
    BIDIRECTIONAL;

    /**
     * The number of directions D.
     *
     * @return 2 for {@link #BIDIRECTIONAL}, else 1
     */
    public int count() {
        return this == BIDIRECTIONAL ? 2 : 1;
    }
}
