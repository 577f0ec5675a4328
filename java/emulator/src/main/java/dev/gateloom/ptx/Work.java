package dev.gateloom.ptx;

/** Something on a stream that runs later. */
interface Work {

    /** Whether what it waits for has happened. */
    default boolean ready() {
        return true;
    }

    /** Does it. */
    void run();
}
