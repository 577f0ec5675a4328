package dev.gateloom.cuda.planner;

import dev.gateloom.cuda.Strategy;
import java.util.List;

/** What the blocks that share a copy of W_hh tell each other in every step. */
public enum Exchange {
    /** Forward: each block gathers h of all units, {@code H} for each row of the batch. */
    HIDDEN_STATE("gathered states"),
    /** Backward: each gathers the gradients of all gates, {@code G·H} a row, and multiplies them by its columns of W_hh. */
    GATE_GRADIENTS("gathered gradients"),
    /**
     * Backward: each multiplies the gradients of its own gates by its rows of W_hh and hands out the sums for all units,
     * {@code H} floats a row; the owner of a unit adds them up in a fixed order.
     */
    PARTIAL_SUMS("partial sums");

    private final String text;

    Exchange(String text) {
        this.text = text;
    }

    /**
     * In reports.
     *
     * @return a few words
     */
    public String text() {
        return text;
    }

    /** Those that a strategy can choose from. With one block, or with nothing kept, there is nothing to hand out. */
    static List<Exchange> of(Strategy strategy, Phase phase) {
        return phase == Phase.FORWARD ? List.of(HIDDEN_STATE)
                : strategy == Strategy.B || strategy == Strategy.C ? List.of(GATE_GRADIENTS, PARTIAL_SUMS)
                : List.of(GATE_GRADIENTS);
    }

    /** Columns of a block's product for each row of the batch. */
    int outputs(int gates, int hidden, int units) {
        return switch (this) {
            case HIDDEN_STATE -> gates * units;
            case GATE_GRADIENTS -> units;
            case PARTIAL_SUMS -> hidden;
        };
    }

    /** Length of the sums of a block's product. */
    int depth(int gates, int hidden, int units) {
        return switch (this) {
            case HIDDEN_STATE -> hidden;
            case GATE_GRADIENTS -> gates * hidden;
            case PARTIAL_SUMS -> gates * units;
        };
    }

    /** Bytes that a block receives for each row of the batch, if a factor of the products has so many. */
    int received(int gates, int hidden, int element) {
        return switch (this) {
            case HIDDEN_STATE -> hidden * element;
            case GATE_GRADIENTS -> gates * hidden * element;
            case PARTIAL_SUMS -> hidden * Float.BYTES;
        };
    }
}
