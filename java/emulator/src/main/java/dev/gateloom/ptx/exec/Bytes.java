package dev.gateloom.ptx.exec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Values in bytes, little endian as on the device. */
final class Bytes {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Bytes() {
    }

    static int getShort(byte[] data, int at) {
        return (short) SHORT.get(data, at);
    }

    static int getInt(byte[] data, int at) {
        return (int) INT.get(data, at);
    }

    static long getLong(byte[] data, int at) {
        return (long) LONG.get(data, at);
    }

    static void putShort(byte[] data, int at, int value) {
        SHORT.set(data, at, (short) value);
    }

    static void putInt(byte[] data, int at, int value) {
        INT.set(data, at, value);
    }

    static void putLong(byte[] data, int at, long value) {
        LONG.set(data, at, value);
    }

    /** A value of 1, 2, 4 or 8 bytes, extended by its sign or by zeros. */
    static long get(byte[] data, int at, int bytes, boolean signed) {
        return switch (bytes) {
            case 1 -> signed ? data[at] : data[at] & 0xff;
            case 2 -> signed ? getShort(data, at) : getShort(data, at) & 0xffff;
            case 4 -> signed ? getInt(data, at) : getInt(data, at) & 0xffffffffL;
            default -> getLong(data, at);
        };
    }

    static void put(byte[] data, int at, int bytes, long value) {
        switch (bytes) {
            case 1 -> data[at] = (byte) value;
            case 2 -> putShort(data, at, (int) value);
            case 4 -> putInt(data, at, (int) value);
            default -> putLong(data, at, value);
        }
    }
}
