package dev.gateloom.cuda;

import dev.gateloom.cuda.planner.Exchange;

/**
 * How the recurrence is to run.
 *
 * @param strategy which; null for the planner's choice
 * @param rows of a tile: 1, 4 or 8; 0 to choose
 * @param units of a block; 0 to choose
 * @param groups of blocks at most; 0 to choose
 * @param backward what blocks of C tell each other on the way back; null to choose
 * @param polls of a block that waits for others, before it gives up
 */
record SequenceOptions(Strategy strategy, int rows, int units, int groups, Exchange backward, int polls) {
    /** About a second: a poll takes half a microsecond or more. A step that others wait for takes a few. */
    private static final int POLLS = 1 << 21;

    /** The planner chooses. */
    static SequenceOptions planned() {
        return new SequenceOptions(null, 0, 0, 0, null, POLLS);
    }

    static SequenceOptions of(Strategy strategy) {
        if (strategy == null) {
            throw new IllegalArgumentException("strategy: expected a value, got null");
        }
        return new SequenceOptions(strategy, 0, 0, 0, null, POLLS);
    }

    /** With tiles as given, for C. */
    SequenceOptions tiles(int tileRows, int blockUnits, int mostGroups) {
        return new SequenceOptions(strategy, tileRows, blockUnits, mostGroups, backward, polls);
    }

    /** Backward on C by that exchange. */
    SequenceOptions backward(Exchange exchange) {
        return new SequenceOptions(strategy, rows, units, groups, exchange, polls);
    }

    SequenceOptions polls(int most) {
        return new SequenceOptions(strategy, rows, units, groups, backward, most);
    }
}
