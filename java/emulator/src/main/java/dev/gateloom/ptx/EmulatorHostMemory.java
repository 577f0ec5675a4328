package dev.gateloom.ptx;

import dev.gateloom.device.HostMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Host memory; copies read and write it when they run, not when they are called. */
final class EmulatorHostMemory implements HostMemory {
    private final EmulatorDevice device;
    private final ByteBuffer bytes;
    /** Copies from and to it that have not run yet. */
    private int reads;
    private int writes;

    EmulatorHostMemory(EmulatorDevice device, int size) {
        this.device = device;
        bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }

    @Override
    public ByteBuffer bytes() {
        return bytes;
    }

    EmulatorDevice device() {
        return device;
    }

    /**
     * A copy from it is handed in.
     *
     * @return what must not change until the copy runs; null if work that has not run yet may rightly change it before
     */
    synchronized byte[] beginRead(int offset, int count) {
        reads++;
        if (writes > 0) {
            return null;
        }
        byte[] copy = new byte[count];
        bytes.get(offset, copy);
        return copy;
    }

    /** The copy runs. Returns whether the host has kept its hands off. */
    synchronized boolean endRead(int offset, byte[] expected) {
        reads--;
        return expected == null || bytes.slice(offset, expected.length).equals(ByteBuffer.wrap(expected));
    }

    /**
     * A copy to it is handed in: whoever reads before it has run finds neither the old nor the new bytes, but NaNs. Earlier
     * copies that have not run yet still need the old ones.
     */
    synchronized void beginWrite(int offset, int count) {
        if (reads + writes == 0) {
            for (int i = offset; i < offset + count; i++) {
                bytes.put(i, (byte) -1);
            }
        }
        writes++;
    }

    /** The copy runs. */
    synchronized void endWrite() {
        writes--;
    }

    /** It belongs to a graph, which may use it at any time. */
    synchronized void capture() {
        writes++;
    }

    @Override
    public void close() {
        device.forget(this);
    }

    @Override
    public String toString() {
        return bytes.capacity() + " bytes of host memory";
    }
}
