package dev.gateloom.ptx.race;

import java.util.HashMap;
import java.util.Map;

/**
 * A vector clock: up to which epoch of each thread of the grid somebody has happened after. Immutable: threads that have met
 * at a barrier share one. Kept by block, since whole blocks meet far more often than single threads do.
 */
final class Clock {
    /** Knows nobody. */
    static final Clock ZERO = new Clock(Map.of());

    private final Map<Integer, Known> blocks;

    private Clock(Map<Integer, Known> blocks) {
        this.blocks = blocks;
    }

    /** Whether what a thread of a block did at an epoch has happened before. */
    boolean covers(int block, int thread, int epoch) {
        Known known = blocks.get(block);
        return known != null && known.covers(thread, epoch);
    }

    /** What is known of one block. */
    Known of(int block) {
        return blocks.getOrDefault(block, Known.NOTHING);
    }

    /** Whether it knows anybody but one block. */
    boolean reachesBeyond(int block) {
        return blocks.size() > (blocks.containsKey(block) ? 1 : 0);
    }

    /** What either knows; this very object if the other one adds nothing. */
    Clock join(Clock other) {
        if (other == this || other == ZERO) {
            return this;
        }
        if (this == ZERO) {
            return other;
        }
        Map<Integer, Known> joined = null;
        for (Map.Entry<Integer, Known> entry : other.blocks.entrySet()) {
            Known mine = blocks.get(entry.getKey());
            Known both = mine == null ? entry.getValue() : mine.join(entry.getValue());
            if (both != mine) {
                joined = joined == null ? new HashMap<>(blocks) : joined;
                joined.put(entry.getKey(), both);
            }
        }
        return joined == null ? this : new Clock(joined);
    }

    /** With more about one block. */
    Clock join(int block, Known known) {
        Known mine = blocks.get(block);
        Known both = mine == null ? known : mine.join(known);
        if (both == mine) {
            return this;
        }
        Map<Integer, Known> joined = new HashMap<>(blocks);
        joined.put(block, both);
        return new Clock(joined);
    }
}
