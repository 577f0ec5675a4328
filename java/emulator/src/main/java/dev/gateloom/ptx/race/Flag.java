package dev.gateloom.ptx.race;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A place in memory that strong accesses of a launch touch: those that later ones may still race with, where its value comes
 * from, and what that tells.
 *
 * <p>Strong accesses need not be ordered, so the last one stands for none of the others: each is kept until one of the same block
 * follows it whose scope is no wider. A weak write must be ordered after all of them, and so stands for all.
 */
final class Flag {
    private static final int NOBODY = -1;

    /** First epoch of the launch. */
    final int launch;
    private final List<Strong> writes = new ArrayList<>();
    private final List<Strong> reads = new ArrayList<>();
    /** Numbers of strong writes: the last one, and the one that the value comes from, which all after it have updated. */
    private int last;
    private int origin;
    /** Who wrote the value and how, if it was a strong write. */
    private int writer = NOBODY;
    private int how;
    /** What the value tells; null for nothing. */
    private Published told;
    /** By thread and level: what its releases here knew, and what its strong reads here have seen. */
    private final Map<Integer, Clock[]> released = new HashMap<>();
    private final Map<Integer, Clock[]> seen = new HashMap<>();

    Flag(int launch) {
        this.launch = launch;
    }

    /** For a part of the place. */
    Flag copy() {
        Flag copy = new Flag(launch);
        writes.forEach(access -> copy.writes.add(new Strong(access)));
        reads.forEach(access -> copy.reads.add(new Strong(access)));
        copy.last = last;
        copy.origin = origin;
        copy.writer = writer;
        copy.how = how;
        copy.told = told == null ? null : new Published(told);
        released.forEach((thread, clocks) -> copy.released.put(thread, clocks.clone()));
        seen.forEach((thread, clocks) -> copy.seen.put(thread, clocks.clone()));
        return copy;
    }

    List<Strong> writes() {
        return writes;
    }

    List<Strong> reads() {
        return reads;
    }

    /** What the value tells; null if nothing. */
    Published told() {
        return told;
    }

    /** Whether an access is morally strong with the write that the value is from, and so observes it. */
    boolean isObserved(int block, int marks, Ordering ordering) {
        return writer != NOBODY && ordering.morallyStrong(how, writer, marks, block);
    }

    /** Whether an observer of a strong write has happened before what a lane does now: then that very write has, too. */
    boolean isObserved(Strong write, WarpClocks who, int lane) {
        for (Strong access : reads) {
            if (access.hasObserved(write.until) && who.isBefore(access.stamp, access.lanes, lane)) {
                return true;
            }
        }
        for (Strong access : writes) {
            if (access.hasObserved(write.until) && who.isBefore(access.stamp, access.lanes, lane)) {
                return true;
            }
        }
        return false;
    }

    /** A strong read. */
    void read(WarpClocks who, int lane, int marks, boolean observes) {
        if (observes) {
            keep(reads, who, lane, marks, origin, last);
        } else {
            keep(reads, who, lane, marks, last + 1, last);
        }
    }

    /**
     * A strong write.
     *
     * @param updates whether it is an update of a value that it observes
     * @param learns whether the thread gets to know that value
     * @param tells what its value tells; null for nothing
     */
    void write(WarpClocks who, int lane, int marks, boolean updates, boolean learns, Published tells) {
        last++;
        origin = updates ? origin : last;
        keep(writes, who, lane, marks, learns ? origin : last, last);
        writer = who.block;
        how = marks;
        told = tells;
    }

    /** A weak write: everybody who was here has happened before it, or there was a race. */
    void overwrite() {
        writes.clear();
        reads.clear();
        writer = NOBODY;
        told = null;
    }

    private static void keep(List<Strong> accesses, WarpClocks who, int lane, int marks, int since, int until) {
        long stamp = who.warpStamp(lane);
        for (Strong access : accesses) {
            if (access.stamp == stamp && Marks.sameReach(access.marks, marks)) {
                access.lanes |= 1 << lane;
                access.since = access.until >= since - 1 ? Math.min(access.since, since) : since;
                access.until = until;
                return;
            }
        }
        Strong latest = new Strong(stamp, who.block, marks, 1 << lane, since, until);
        for (int i = accesses.size() - 1; i >= 0; i--) {
            Strong access = accesses.get(i);
            if (access.block == who.block && Marks.reachesAsFar(access.marks, marks)
                    && who.isBefore(access.stamp, access.lanes, lane)) {
                latest.inherit(access);
                accesses.remove(i);
            }
        }
        accesses.add(latest);
    }

    /** What a thread's releases here knew at a level. */
    Clock released(int thread, int level) {
        Clock[] clocks = released.get(thread);
        return clocks == null ? Clock.ZERO : clocks[level];
    }

    void release(int thread, int widest, Clock clock) {
        Arrays.fill(released.computeIfAbsent(thread, Flag::none), 0, widest + 1, clock);
    }

    void see(int thread, int level, Clock clock) {
        Clock[] clocks = seen.computeIfAbsent(thread, Flag::none);
        clocks[level] = clocks[level].join(clock);
    }

    /** What a thread's strong reads here have seen at a level and no acquire has learned. */
    Clock takeSeen(int thread, int level) {
        Clock[] clocks = seen.get(thread);
        if (clocks == null) {
            return Clock.ZERO;
        }
        Clock clock = clocks[level];
        clocks[level] = Clock.ZERO;
        return clock;
    }

    private static Clock[] none(int thread) {
        Clock[] clocks = new Clock[Published.LEVELS];
        Arrays.fill(clocks, Clock.ZERO);
        return clocks;
    }
}
