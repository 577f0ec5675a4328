package dev.gateloom.ptx;

import dev.gateloom.device.HostMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Host memory; copies read and write it when they run, not when they are called. */
final class EmulatorHostMemory implements HostMemory {
    private final EmulatorDevice device;
    private final ByteBuffer bytes;

    EmulatorHostMemory(EmulatorDevice device, int size) {
        this.device = device;
        bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }

    @Override
    public ByteBuffer bytes() {
        return bytes;
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
