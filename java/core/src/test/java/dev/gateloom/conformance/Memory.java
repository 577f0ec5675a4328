package dev.gateloom.conformance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** The kinds of memory a caller may hand in. */
enum Memory {
    /** A {@code float[]} with room behind. */
    ARRAY,
    /** The middle of a buffer on an array. */
    HEAP_BUFFER,
    /** The middle of a direct buffer in native order. */
    DIRECT_BUFFER,
    /** The middle of a direct buffer in the other byte order. */
    SWAPPED_BUFFER;

    /** All tests that do not care. */
    static final Memory USUAL = ARRAY;

    /** Values with guards around: behind an array, on both sides of a buffer's part. */
    Region region(int size) {
        int room = Region.GUARD + size + Region.GUARD;
        return switch (this) {
            case ARRAY -> new Region(FloatBuffer.allocate(size + Region.GUARD), 0, size, false);
            case HEAP_BUFFER -> new Region(FloatBuffer.allocate(room), Region.GUARD, size, true);
            case DIRECT_BUFFER -> new Region(direct(room, ByteOrder.nativeOrder()), Region.GUARD, size, true);
            case SWAPPED_BUFFER -> new Region(direct(room, swapped()), Region.GUARD, size, true);
        };
    }

    /** A region that holds these values; null for null. */
    Region of(float[] values) {
        if (values == null) {
            return null;
        }
        Region region = region(values.length);
        region.fill(values);
        return region;
    }

    private static FloatBuffer direct(int floats, ByteOrder order) {
        return ByteBuffer.allocateDirect(floats * Float.BYTES).order(order).asFloatBuffer();
    }

    private static ByteOrder swapped() {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }
}
