package dev.gateloom.cuda;

import dev.gateloom.device.Blas;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Event;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Stream;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a plan holds on a device, freed together. Each tensor is an allocation of its own, so that checkers know its
 * bounds.
 */
final class Workspace implements AutoCloseable {
    private final Device device;
    private final Deque<Runnable> owned = new ArrayDeque<>();   // the last made is freed first

    Workspace(Device device) {
        this.device = device;
    }

    Device device() {
        return device;
    }

    /** Device memory for so many floats or 32-bit integers. */
    long words(long count, String purpose) {
        DeviceMemory memory = device.allocate(Math.multiplyExact(count, Float.BYTES), purpose);
        own(memory::close);
        return memory.address();
    }

    HostMemory host(long bytes) {
        HostMemory memory = device.allocateHost(bytes);
        own(memory::close);
        return memory;
    }

    /** See {@link Device#blas}. */
    Blas blas(Blas.Factors factors) {
        Blas blas = device.blas(factors);
        own(blas::close);
        return blas;
    }

    Stream stream() {
        return own(device.stream());
    }

    /** A view of the caller's stream, see {@link Device#stream(long)}. */
    Stream stream(long handle) {
        return own(device.stream(handle));
    }

    Event event() {
        Event event = device.event();
        own(event::close);
        return event;
    }

    /** Takes something else into its keeping. */
    void own(Runnable free) {
        owned.push(free);
    }

    private Stream own(Stream stream) {
        own(stream::close);
        return stream;
    }

    /** After a failure: what fails now is added to it. */
    void closeAfter(Throwable failure) {
        try {
            close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** Frees everything, also if freeing one thing fails. */
    @Override
    public void close() {
        RuntimeException failure = null;
        while (!owned.isEmpty()) {
            try {
                owned.pop().run();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
