package dev.gateloom.device;

import java.nio.ByteBuffer;

/** Page-locked host memory. */
public interface HostMemory extends AutoCloseable {

    /**
     * The memory itself, in native byte order.
     *
     * @return a direct buffer, the same at each call; must not be touched after {@link #close}
     */
    ByteBuffer bytes();

    /** Frees it. No stream may use it any more. */
    @Override
    void close();
}
