package dev.gateloom.bench;

/** What one call does. */
public enum Kind {
    /** Inference over the whole batch of sequences; weights are packed before. */
    FORWARD,
    /**
     * Forward, then the gradients of all weights, biases and the input. What an engine does because the weights have
     * changed (packing, zeroing gradients) is part of it.
     */
    TRAINING,
    /** One step with the state carried along, as a server does. */
    STEP;

    /**
     * As it is written on the command line and in the report.
     *
     * @return in lower case
     */
    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
