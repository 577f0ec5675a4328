package dev.gateloom.device;

/** A point of a stream that others can wait for. */
public interface Event extends AutoCloseable {

    /** Blocks the calling thread until the last record has been reached; returns at once if there is none. */
    void synchronize();

    /**
     * Time between two points that were reached.
     *
     * @param start an earlier one
     * @return milliseconds on the device
     */
    double millisecondsSince(Event start);

    /** Frees it. */
    @Override
    void close();
}
