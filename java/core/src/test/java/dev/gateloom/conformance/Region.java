package dev.gateloom.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.FloatBuffer;

/** Part of a caller's memory, NaN at first, between guards that must not change. Reading a guard would give NaN. */
final class Region {
    static final int GUARD = 67;
    /** A quiet NaN that no arithmetic makes. */
    private static final int MARK = 0x7fc0dead;

    private final FloatBuffer whole;
    private final FloatBuffer part;         // position to limit is the caller's part
    private final boolean isBuffer;
    private final int start;
    private final int size;
    private float[] filled;                 // what an input must still hold

    Region(FloatBuffer whole, int start, int size, boolean isBuffer) {
        this.whole = whole;
        this.start = start;
        this.size = size;
        this.isBuffer = isBuffer;
        for (int i = 0; i < whole.capacity(); i++) {
            whole.put(i, i >= start && i < start + size ? Float.NaN : Float.intBitsToFloat(MARK));
        }
        part = whole.duplicate();
        part.position(start).limit(start + size);
    }

    void fill(float[] values) {
        filled = values.clone();
        whole.put(start, values);
    }

    /** From now on these values may change: the region is input and output. */
    Region alsoOutput() {
        filled = null;
        return this;
    }

    boolean isBuffer() {
        return isBuffer;
    }

    float[] array() {
        return whole.array();
    }

    FloatBuffer buffer() {
        return part;
    }

    static float[] array(Region region) {
        return region == null ? null : region.array();
    }

    static FloatBuffer buffer(Region region) {
        return region == null ? null : region.buffer();
    }

    /** A copy of the values, after a look at the guards, at the position and at what was an input. */
    float[] checked(String name) {
        for (int i = 0; i < whole.capacity(); i++) {
            if (i < start || i >= start + size) {
                assertEquals(MARK, Float.floatToRawIntBits(whole.get(i)), name + ": guard at " + (i - start)
                        + " of " + size + " values was overwritten");
            }
        }
        assertEquals(start, part.position(), name + ": position moved");
        assertEquals(start + size, part.limit(), name + ": limit moved");
        float[] values = new float[size];
        whole.get(start, values);
        if (filled != null) {
            assertArrayEquals(bits(filled), bits(values), name + ": an input was written");
        }
        return values;
    }

    static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
