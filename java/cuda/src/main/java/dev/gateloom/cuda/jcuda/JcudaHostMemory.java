package dev.gateloom.cuda.jcuda;

import static jcuda.driver.JCudaDriver.CU_MEMHOSTALLOC_PORTABLE;
import static jcuda.driver.JCudaDriver.cuMemFreeHost;
import static jcuda.driver.JCudaDriver.cuMemHostAlloc;

import dev.gateloom.device.HostMemory;
import java.nio.ByteBuffer;
import jcuda.Pointer;

/** Page-locked memory; portable, so that it is page-locked for every context of the process. */
final class JcudaHostMemory implements HostMemory {
    private final ByteBuffer bytes;
    private final long base;
    private final Ledger.Entry entry;

    JcudaHostMemory(DriverContext context, Ledger ledger, long size) {
        if (size < 1 || size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("bytes is " + size + "; expected 1 to " + Integer.MAX_VALUE
                    + ", what a ByteBuffer holds; take several pieces");
        }
        Pointer memory = new Pointer();
        String description = Ledger.bytes(size) + " of page-locked host memory";
        context.call("cuMemHostAlloc", () -> cuMemHostAlloc(memory, size, CU_MEMHOSTALLOC_PORTABLE), () -> description);
        bytes = memory.getByteBuffer(0, size);
        base = Handles.get(memory);
        entry = ledger.enterHost(this, description, size,
                () -> context.call("cuMemFreeHost", () -> cuMemFreeHost(memory), () -> description));
    }

    @Override
    public ByteBuffer bytes() {
        entry.requireOpen();
        return bytes;
    }

    /** The address of a piece of it. */
    long address(long offset, long count) {
        entry.requireOpen();
        if (offset < 0 || count < 0 || offset > bytes.capacity() - count) {
            throw new IndexOutOfBoundsException("bytes " + offset + " to " + (offset + count) + " of a host memory of "
                    + bytes.capacity());
        }
        return base + offset;
    }

    @Override
    public void close() {
        entry.close();
    }
}
