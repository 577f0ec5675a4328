package dev.gateloom.device;

/** A piece of device memory. */
public interface DeviceMemory extends AutoCloseable {

    /**
     * Its first byte.
     *
     * @return an address, a multiple of 256
     */
    long address();

    /**
     * Its size.
     *
     * @return bytes, as asked for
     */
    long bytes();

    /** Frees it. No stream may use it any more, unless it was allocated on a stream: then it is freed in that stream's order. */
    @Override
    void close();
}
