package dev.gateloom.cuda.jcuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Memory behind the raw addresses that the driver's functions are called with. */
final class NativeMemory {
    private NativeMemory() {
    }

    private static native ByteBuffer at(long address, long bytes);

    /** Bytes before the first zero. */
    private static native long length(long address);

    /** Where a direct buffer begins. */
    static native long addressOf(ByteBuffer buffer);

    static ByteBuffer bytes(long address, long bytes) {
        return at(address, bytes).order(ByteOrder.nativeOrder());
    }

    static int getInt(long address) {
        return bytes(address, Integer.BYTES).getInt(0);
    }

    static void putInt(long address, int value) {
        bytes(address, Integer.BYTES).putInt(0, value);
    }

    static long getLong(long address) {
        return bytes(address, Long.BYTES).getLong(0);
    }

    static void putLong(long address, long value) {
        bytes(address, Long.BYTES).putLong(0, value);
    }

    static float getFloat(long address) {
        return bytes(address, Float.BYTES).getFloat(0);
    }

    static void putFloat(long address, float value) {
        bytes(address, Float.BYTES).putFloat(0, value);
    }

    /** Text up to a zero. */
    static String text(long address) {
        byte[] text = new byte[(int) length(address)];
        at(address, text.length).get(text);
        return new String(text, StandardCharsets.US_ASCII);
    }
}
