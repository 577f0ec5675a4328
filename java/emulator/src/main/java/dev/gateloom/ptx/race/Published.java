package dev.gateloom.ptx.race;

import dev.gateloom.ptx.memory.Access;
import java.util.HashMap;
import java.util.Map;

/**
 * What a place in memory tells those who read it with a strong access: the clocks of the releases whose value, or an atomic
 * update of whose value, it holds. A release tells nobody outside of its scope.
 */
final class Published {
    /** Threads that a scope includes, seen from the thread: its block, its cluster, the device. */
    static final int LEVELS = 3;
    static final int BLOCK = 0;
    static final int CLUSTER = 1;
    static final int DEVICE = 2;

    /** First epoch of the launch; what earlier launches told is of no use. */
    final int launch;
    private final Map<Integer, Clock> blocks = new HashMap<>();
    private final Map<Integer, Clock> clusters = new HashMap<>();
    private Clock device = Clock.ZERO;

    Published(int launch) {
        this.launch = launch;
    }

    static int level(Access.Scope scope) {
        return switch (scope) {
            case CTA -> BLOCK;
            case CLUSTER -> CLUSTER;
            case GPU, SYS -> DEVICE;
        };
    }

    /** Adds a release by a thread of a block. */
    void add(int level, int block, int cluster, Clock clock) {
        switch (level) {
            case BLOCK -> blocks.merge(block, clock, Clock::join);
            case CLUSTER -> clusters.merge(cluster, clock, Clock::join);
            default -> device = device.join(clock);
        }
    }

    /** What threads of a block may learn from releases of this level. */
    Clock told(int level, int block, int cluster) {
        return switch (level) {
            case BLOCK -> blocks.getOrDefault(block, Clock.ZERO);
            case CLUSTER -> clusters.getOrDefault(cluster, Clock.ZERO);
            default -> device;
        };
    }
}
