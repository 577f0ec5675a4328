package dev.gateloom.ptx.race;

import dev.gateloom.ptx.memory.Access;
import java.util.HashMap;
import java.util.Map;

/**
 * What a value in memory tells those who acquire it: the clocks of the release patterns that it comes from, sorted by whom the
 * scope of a pattern's first instruction includes.
 */
final class Published {
    /** Threads that a scope includes, seen from the thread: its block, its cluster, the device. */
    static final int LEVELS = 3;
    static final int BLOCK = 0;
    static final int CLUSTER = 1;
    static final int DEVICE = 2;

    private final Map<Integer, Clock> blocks = new HashMap<>();
    private final Map<Integer, Clock> clusters = new HashMap<>();
    private Clock device = Clock.ZERO;

    Published() {
    }

    Published(Published other) {
        blocks.putAll(other.blocks);
        clusters.putAll(other.clusters);
        device = other.device;
    }

    static int level(Access.Scope scope) {
        return switch (scope) {
            case CTA -> BLOCK;
            case CLUSTER -> CLUSTER;
            case GPU, SYS -> DEVICE;
        };
    }

    /** Adds a release by a thread of a block, whose scope includes at least this level. */
    void add(int level, int block, int cluster, Clock clock) {
        switch (level) {
            case BLOCK -> blocks.merge(block, clock, Clock::join);
            case CLUSTER -> clusters.merge(cluster, clock, Clock::join);
            default -> device = device.join(clock);
        }
    }

    /** What threads of a block may learn by an acquire of this level. */
    Clock told(int level, int block, int cluster) {
        return switch (level) {
            case BLOCK -> blocks.getOrDefault(block, Clock.ZERO);
            case CLUSTER -> clusters.getOrDefault(cluster, Clock.ZERO);
            default -> device;
        };
    }
}
