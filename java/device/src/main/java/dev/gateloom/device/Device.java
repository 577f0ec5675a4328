package dev.gateloom.device;

import java.util.List;
import java.util.Optional;

/**
 * A GPU, or the emulator that stands in for one. Safe for use from several threads; a {@link Stream} is for one thread at a time.
 *
 * <p>Addresses are plain {@code long}s in the device's address space, so that memory of other libraries works like our
 * own. Everything that is asynchronous runs on a {@link Stream}, in the order of its calls.
 */
public interface Device extends AutoCloseable {

    /**
     * What it is, in one line.
     *
     * @return for example {@code NVIDIA H100 80GB HBM3 (sm_90)} or {@code PTX emulator (sm_80)}
     */
    String name();

    /**
     * Its limits.
     *
     * @return the same object at each call
     */
    DeviceProperties properties();

    /**
     * A kernel of a program. The program is loaded at the first call, and stays until the device is closed.
     *
     * @param program where the code is
     * @param name the kernel's {@code extern "C"} name
     * @return the kernel
     * @throws DeviceException if the program does not fit this device or has no such kernel
     */
    Kernel kernel(Program program, String name);

    /**
     * Device memory, not initialised, at once usable by every stream.
     *
     * @param bytes at least 1
     * @param purpose what it is for; listed when memory runs out
     * @return the memory; close it when no stream uses it any more
     * @throws DeviceException if there is not enough, listing what is allocated
     */
    DeviceMemory allocate(long bytes, String purpose);

    /**
     * Page-locked host memory: copies to and from it run beside the host's code.
     *
     * @param bytes at least 1
     * @return the memory; close it when no stream uses it any more
     */
    HostMemory allocateHost(long bytes);

    /**
     * A new stream that waits for no other.
     *
     * @return the stream; close it after use
     */
    Stream stream();

    /**
     * The caller's own stream.
     *
     * @param handle its {@code CUstream} in this device's context; 0 for the default stream
     * @return a view; closing it leaves the caller's stream alone
     */
    Stream stream(long handle);

    /**
     * A new event.
     *
     * @return the event; close it after use
     */
    Event event();

    /**
     * Why {@link #blas} is not to be had.
     *
     * @return reason and mend; empty if it is
     */
    default Optional<String> blasObstacle() {
        return Optional.of(name() + " has no library for products of matrices");
    }

    /**
     * Products of matrices by a library of the device's maker.
     *
     * @param factors what is multiplied
     * @return the library, with memory of its own to work in; close it when its products are done
     * @throws UnsupportedOperationException if {@link #blasObstacle} gives a reason
     * @throws DeviceException if the library is there and does not start
     */
    default Blas blas(Blas.Factors factors) {
        throw new UnsupportedOperationException(blasObstacle().orElseThrow());
    }

    /**
     * What is allocated and not closed yet: the leak check of the tests, and part of an out-of-memory message.
     *
     * @return one line for each allocation, stream, event and graph
     */
    List<String> live();

    /**
     * Waits for the work of its streams, then frees programs and context. What is still open is freed too, and logged as a leak.
     * Work of the caller's own streams is waited for while their views are open; else it must have run.
     */
    @Override
    void close();
}
