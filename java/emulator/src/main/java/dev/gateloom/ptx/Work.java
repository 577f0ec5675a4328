package dev.gateloom.ptx;

import dev.gateloom.ptx.race.Task;

/** Something on a stream that runs later. */
interface Work {

    /** Whether what it waits for has happened. */
    default boolean ready() {
        return true;
    }

    /**
     * Does it.
     *
     * @param task its place among the work of all streams; null if nobody looks for races
     */
    void run(Task task);

    /** Work on a stream and its place among the work of all streams. */
    record Queued(Work work, Task task) {
    }
}
