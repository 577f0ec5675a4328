package dev.gateloom.spi;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * A caller's memory as an engine sees it: nothing, a {@code float[]}, or a {@link FloatBuffer} from its position on.
 * Mutable and reused, so that a call allocates nothing.
 */
public final class Operand {
    private float[] array;
    private FloatBuffer buffer;
    private int start;
    private int length;

    /** Nothing. */
    public Operand() {
    }

    /**
     * Points at an array.
     *
     * @param values the array; null for nothing
     */
    public void set(float[] values) {
        array = values;
        buffer = null;
        start = 0;
        length = values == null ? 0 : values.length;
    }

    /**
     * Points at a buffer, from its position to its limit.
     *
     * @param values the buffer; null for nothing
     */
    public void set(FloatBuffer values) {
        if (values != null && values.hasArray()) {
            array = values.array();
            buffer = null;
            start = values.arrayOffset() + values.position();
            length = values.remaining();
        } else {
            array = null;
            buffer = values;
            start = values == null ? 0 : values.position();
            length = values == null ? 0 : values.remaining();
        }
    }

    /**
     * Points at what another operand points at.
     *
     * @param other the other one; null for nothing
     */
    public void set(Operand other) {
        array = other == null ? null : other.array;
        buffer = other == null ? null : other.buffer;
        start = other == null ? 0 : other.start;
        length = other == null ? 0 : other.length;
    }

    /**
     * Whether there is any memory.
     *
     * @return false after {@code set(null)}
     */
    public boolean isPresent() {
        return array != null || buffer != null;
    }

    /**
     * Whether values can be stored.
     *
     * @return false for a read-only buffer
     */
    public boolean isWritable() {
        return buffer == null || !buffer.isReadOnly();
    }

    /**
     * The array behind it.
     *
     * @return the array, whose values start at {@link #start()}; null if there is none
     */
    public float[] array() {
        return array;
    }

    /**
     * Index of the first value in the array or buffer.
     *
     * @return the index
     */
    public int start() {
        return start;
    }

    /**
     * Number of values.
     *
     * @return the length
     */
    public int length() {
        return length;
    }

    /**
     * One value.
     *
     * @param index from 0
     * @return the value
     */
    public float get(int index) {
        return array != null ? array[start + index] : buffer.get(start + index);
    }

    /**
     * Stores one value.
     *
     * @param index from 0
     * @param value the value
     */
    public void put(int index, float value) {
        if (array != null) {
            array[start + index] = value;
        } else {
            buffer.put(start + index, value);
        }
    }

    /**
     * Copies values out.
     *
     * @param index the first, from 0
     * @param to where they go
     * @param at first index there
     * @param count how many
     */
    public void get(int index, float[] to, int at, int count) {
        if (array != null) {
            System.arraycopy(array, start + index, to, at, count);
        } else {
            buffer.get(start + index, to, at, count);
        }
    }

    /**
     * Copies values in.
     *
     * @param index the first, from 0
     * @param from where they come from
     * @param at first index there
     * @param count how many
     */
    public void put(int index, float[] from, int at, int count) {
        if (array != null) {
            System.arraycopy(from, at, array, start + index, count);
        } else {
            buffer.put(start + index, from, at, count);
        }
    }

    /**
     * Copies values out to a buffer, whose position and limit stay.
     *
     * @param index the first, from 0
     * @param to where they go
     * @param at index there
     * @param count how many
     */
    public void get(int index, FloatBuffer to, int at, int count) {
        if (array != null) {
            to.put(at, array, start + index, count);
        } else {
            to.put(at, buffer, start + index, count);
        }
    }

    /**
     * Copies values in from a buffer, whose position and limit stay.
     *
     * @param index the first, from 0
     * @param from where they come from
     * @param at index there
     * @param count how many
     */
    public void put(int index, FloatBuffer from, int at, int count) {
        if (array != null) {
            from.get(at, array, start + index, count);
        } else {
            buffer.put(start + index, from, at, count);
        }
    }

    /**
     * Stores one value many times.
     *
     * @param index the first, from 0
     * @param count how many
     * @param value the value
     */
    public void fill(int index, int count, float value) {
        if (array != null) {
            Arrays.fill(array, start + index, start + index + count, value);
        } else {
            for (int i = 0; i < count; i++) {
                buffer.put(start + index + i, value);
            }
        }
    }
}
