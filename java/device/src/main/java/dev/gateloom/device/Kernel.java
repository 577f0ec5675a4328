package dev.gateloom.device;

/** A loaded kernel. What it needs is that of the code as loaded, which a driver may have compiled itself. */
public interface Kernel {

    /**
     * Its {@code extern "C"} name.
     *
     * @return the name
     */
    String name();

    /**
     * Registers of a thread.
     *
     * @return 32-bit registers
     */
    int registers();

    /**
     * Shared memory that the code declares.
     *
     * @return bytes of a block
     */
    int staticSharedBytes();

    /**
     * Local memory: spilled registers and arrays.
     *
     * @return bytes of a thread
     */
    int localBytes();

    /**
     * Most threads of a block.
     *
     * @return threads
     */
    int maxThreads();

    /**
     * Allows more dynamic shared memory than {@link DeviceProperties#sharedPerBlock}.
     *
     * @param bytes of a block
     * @throws DeviceException if the device has less
     */
    void allowSharedBytes(int bytes);

    /**
     * Blocks that fit on one multiprocessor together.
     *
     * @param threads of a block
     * @param dynamicSharedBytes of a block
     * @return blocks; a cooperative grid may have this many times {@link DeviceProperties#multiprocessors}
     */
    int occupancy(int threads, int dynamicSharedBytes);
}
