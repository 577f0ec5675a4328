package dev.gateloom.ptx.parse;

/**
 * A variable in memory.
 *
 * @param space where it lives
 * @param name as declared
 * @param type of an element
 * @param alignment bytes
 * @param count elements; 0 for an {@code .extern} array without a size
 * @param initial its bytes at load, followed by zeros; null if it is not initialised
 * @param external whether its size is that of the launch (dynamic shared memory)
 */
public record Variable(Space space, String name, PtxType type, int alignment, long count, byte[] initial,
        boolean external) {

    /**
     * Size.
     *
     * @return bytes
     */
    public long bytes() {
        return count * type.bytes();
    }
}
