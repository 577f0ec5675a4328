package dev.gateloom.device;

/**
 * A queue of work: every call returns at once, the work runs in the order of the calls. Errors of work that runs later
 * are thrown by the call that notices them, at the latest by {@link #synchronize}. One thread at a time.
 */
public interface Stream extends AutoCloseable {

    /**
     * The driver's handle, for other libraries.
     *
     * @return a {@code CUstream}
     */
    long handle();

    /**
     * Memory that exists from this point of the stream on. It comes from a pool of what the stream freed before: no
     * synchronisation, no system call once the pool has what is asked for.
     *
     * @param bytes at least 1
     * @param purpose what it is for; listed when memory runs out
     * @return the memory; {@code close()} frees it at that point of this stream, and is refused while the stream is captured
     * @throws IllegalStateException while the stream is captured: a graph keeps using its memory, so allocate that before
     * @throws DeviceException if there is not enough, listing what is allocated
     */
    DeviceMemory allocate(long bytes, String purpose);

    /**
     * Copies to the device.
     *
     * @param from page-locked memory; must stay unchanged until the copy has run
     * @param offset first byte there
     * @param to device address
     * @param bytes how many
     */
    void upload(HostMemory from, long offset, long to, long bytes);

    /**
     * Copies to the host.
     *
     * @param from device address
     * @param to page-locked memory; to be read after {@link #synchronize} or an event
     * @param offset first byte there
     * @param bytes how many
     */
    void download(long from, HostMemory to, long offset, long bytes);

    /**
     * Copies inside the device. The two pieces must not overlap.
     *
     * @param from device address
     * @param to device address
     * @param bytes how many
     */
    void copy(long from, long to, long bytes);

    /**
     * Sets 32-bit words.
     *
     * @param to device address, a multiple of 4
     * @param word the value
     * @param count number of words
     */
    void fill(long to, int word, long count);

    /**
     * Starts a kernel.
     *
     * @param kernel of the same device
     * @param launch its geometry
     * @param arguments in the kernel's order; copied, so the object may be used again at once
     * @throws DeviceException if the driver refuses the launch
     */
    void launch(Kernel kernel, Launch launch, Arguments arguments);

    /**
     * Marks this point of the stream.
     *
     * @param event of the same device
     */
    void record(Event event);

    /**
     * What follows waits until the event's last record has been reached.
     *
     * @param event of the same device
     */
    void await(Event event);

    /**
     * Whether work is captured instead of run, by {@link #beginCapture} or by whoever owns the stream.
     *
     * @return false too for the default stream, which nobody can capture
     */
    boolean isCapturing();

    /** From here on work is not run but captured, see {@link #endCapture}. Streams that wait for an event of this one are captured with it. */
    void beginCapture();

    /**
     * Ends the capture.
     *
     * @return what was captured, ready to be run any number of times; close it after use
     */
    Graph endCapture();

    /**
     * Runs a captured graph at this point of the stream.
     *
     * @param graph of the same device
     */
    void launch(Graph graph);

    /**
     * Waits until all work has run.
     *
     * @throws DeviceException if any of it failed
     */
    void synchronize();

    /** Waits for the work and frees the stream. */
    @Override
    void close();
}
