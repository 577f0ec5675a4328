package dev.gateloom.device;

/** A captured sequence of work, see {@link Stream#endCapture}. Pointers and scalars in it are those of the capture. */
public interface Graph extends AutoCloseable {

    /** Frees it. A run of it that is under way, or queued, is not disturbed. */
    @Override
    void close();
}
