package dev.gateloom.cuda;

/**
 * How the recurrence is to run.
 *
 * @param strategy which; null for the planner's choice
 * @param rows of a tile: 1, 4 or 8; 0 to choose
 * @param units of a block; 0 to choose
 * @param groups of blocks at most; 0 to choose
 * @param polls of a block that waits for others, before it gives up
 */
record SequenceOptions(Strategy strategy, int rows, int units, int groups, int polls) {
    /** About a second: a poll takes half a microsecond or more. A step that others wait for takes a few. */
    private static final int POLLS = 1 << 21;

    /** The planner chooses. */
    static SequenceOptions planned() {
        return new SequenceOptions(null, 0, 0, 0, POLLS);
    }

    static SequenceOptions of(Strategy strategy) {
        if (strategy == null) {
            throw new IllegalArgumentException("strategy: expected a value, got null");
        }
        return new SequenceOptions(strategy, 0, 0, 0, POLLS);
    }

    /** With tiles as given, for C. */
    SequenceOptions tiles(int tileRows, int blockUnits, int mostGroups) {
        return new SequenceOptions(strategy, tileRows, blockUnits, mostGroups, polls);
    }

    SequenceOptions polls(int most) {
        return new SequenceOptions(strategy, rows, units, groups, most);
    }
}
