package dev.gateloom.ptx;

/**
 * What warps asked of device memory: an address that several threads of an instruction share counts once.
 *
 * @param read bytes, those of atomics included
 * @param written bytes, those of atomics included
 */
public record Traffic(long read, long written) {
    static final Traffic NONE = new Traffic(0, 0);

    Traffic plus(Traffic other) {
        return new Traffic(read + other.read, written + other.written);
    }
}
