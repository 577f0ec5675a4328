package dev.gateloom.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Arguments of a launch, laid out as the kernel's parameter space: each value at the next multiple of its size. Reused
 * from launch to launch, so that a launch allocates nothing.
 */
public final class Arguments {
    /** What a kernel may have at most before sm_70, and without special flags after it. */
    private static final int CAPACITY = 4096;

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(CAPACITY).order(ByteOrder.nativeOrder());
    private int[] offsets = new int[16];
    private int count;

    /** None yet. */
    public Arguments() {
    }

    /**
     * Starts again.
     *
     * @return this
     */
    public Arguments clear() {
        bytes.clear();
        count = 0;
        return this;
    }

    /**
     * Adds a pointer.
     *
     * @param address device address; 0 for none
     * @return this
     */
    public Arguments address(long address) {
        next(Long.BYTES);
        bytes.putLong(address);
        return this;
    }

    /**
     * Adds a 32-bit integer.
     *
     * @param value the value
     * @return this
     */
    public Arguments int32(int value) {
        next(Integer.BYTES);
        bytes.putInt(value);
        return this;
    }

    /**
     * Adds a 64-bit integer.
     *
     * @param value the value
     * @return this
     */
    public Arguments int64(long value) {
        next(Long.BYTES);
        bytes.putLong(value);
        return this;
    }

    /**
     * Adds a float.
     *
     * @param value the value
     * @return this
     */
    public Arguments float32(float value) {
        next(Float.BYTES);
        bytes.putFloat(value);
        return this;
    }

    /**
     * The same arguments, in an object of their own.
     *
     * @return a copy
     */
    public Arguments copy() {
        Arguments copy = new Arguments();
        copy.bytes.put(bytes.duplicate().flip());
        copy.offsets = offsets.clone();
        copy.count = count;
        return copy;
    }

    /**
     * The parameter space so far.
     *
     * @return a direct buffer from 0 to {@link #size()}; valid until the next change
     */
    public ByteBuffer bytes() {
        return bytes;
    }

    /**
     * Bytes so far.
     *
     * @return the size
     */
    public int size() {
        return bytes.position();
    }

    /**
     * Number of arguments so far.
     *
     * @return the count
     */
    public int count() {
        return count;
    }

    /**
     * Where an argument lies: some launches take a pointer to each.
     *
     * @param index from 0, below {@link #count()}
     * @return its first byte in {@link #bytes()}
     */
    public int offset(int index) {
        if (index >= count) {
            throw new IndexOutOfBoundsException("argument " + index + " of " + count);
        }
        return offsets[index];
    }

    private void next(int size) {
        int at = (bytes.position() + size - 1) / size * size;
        if (at + size > CAPACITY) {
            throw new IllegalArgumentException("argument " + count + " ends at byte " + (at + size)
                    + "; a kernel may have " + CAPACITY + ": pass a pointer to the rest");
        }
        while (bytes.position() < at) {
            bytes.put((byte) 0);
        }
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
        }
        offsets[count++] = at;
    }
}
