package dev.gateloom.ptx;

/**
 * What warps asked of device memory, or of other blocks: an address that several threads of an instruction share counts once.
 *
 * @param read bytes, those of atomics included
 * @param written bytes, those of atomics included
 * @param fetched bytes of the sectors that were read from, each once for an instruction: as if no read hit a cache
 */
public record Traffic(long read, long written, long fetched) {
    static final Traffic NONE = new Traffic(0, 0, 0);

    Traffic plus(Traffic other) {
        return new Traffic(read + other.read, written + other.written, fetched + other.fetched);
    }
}
