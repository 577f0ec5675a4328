package dev.gateloom.cuda;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Stream;

/**
 * The counters by which blocks of a sequence kernel wait for each other, and the word in which one that gave up says so:
 * {@code exchange.cuh}. One for a plan, whose launches follow each other.
 */
final class Exchange {
    private static final int FLAG_STRIDE = 32;
    private static final int LAUNCH_TIMEOUT = 702;

    private final Stream stream;
    private final long flags;
    private final long status;
    private final HostMemory seen;
    private final int polls;
    private final boolean halves;               // of a kernel in 16 bits
    private final long handed;

    /**
     * Allocates.
     *
     * @param tiles of the largest batch, in all directions of a launch
     * @param polls of a wait at most
     */
    Exchange(Workspace workspace, Stream stream, int tiles, int polls) {
        this.stream = stream;
        this.polls = polls;
        halves = false;
        handed = 0;
        flags = workspace.words((long) tiles * FLAG_STRIDE, "counters of the exchange");
        status = workspace.words(1, "status of the exchange");
        seen = workspace.host(Integer.BYTES);
        try (Stream first = workspace.device().stream()) {      // the plan's may be captured, or have much to do
            first.fill(status, 0, 1);
            first.synchronize();                // the plan may be closed before anything else is queued
        }
    }

    private Exchange(Exchange other, long handed) {
        stream = other.stream;
        flags = other.flags;
        status = other.status;
        seen = other.seen;
        polls = other.polls;
        halves = true;
        this.handed = handed;
    }

    /**
     * The same for a kernel in 16 bits, which hands over through memory for nothing else.
     *
     * @param to device memory of its own; 0 for a cluster, which needs none
     */
    Exchange handing(long to) {
        return new Exchange(this, to);
    }

    /**
     * Sets the counters of so many tiles, in all directions, to zero, before each launch: one that was broken off leaves anything. The status stays
     * until {@link #check} has seen it: launches, and replays of a captured one, follow each other without a look between.
     */
    void reset(int tiles) {
        stream.fill(flags, 0, (long) tiles * FLAG_STRIDE);
    }

    long flags() {
        return flags;
    }

    long status() {
        return status;
    }

    int polls() {
        return polls;
    }

    /** Whether values are handed over as kernels in 16 bits do, in memory of their own. */
    boolean halves() {
        return halves;
    }

    /** That memory; 0 for a cluster. */
    long handed() {
        return handed;
    }

    /** Queues the copy of the status that {@link #check} looks at once the stream has been waited for. */
    void ask() {
        stream.download(status, seen, 0, Integer.BYTES);
    }

    /**
     * After a wait for what {@link #ask} queued.
     *
     * @throws DeviceException if a block gave up: all results since the last check are invalid
     */
    void check() {
        if (seen.bytes().getInt(0) != 0) {
            stream.fill(status, 0, 1);
            stream.synchronize();               // the plan may be on its way to be closed
            throw new DeviceException("sequence kernel", LAUNCH_TIMEOUT, "CUDA_ERROR_LAUNCH_TIMEOUT", "a block of threads "
                    + "waited in vain for the others of its group (" + polls + " polls); the results of this call and of those "
                    + "with device memory before it are invalid; another process or a debugger may hold the device, else use "
                    + "strategy D");
        }
    }
}
