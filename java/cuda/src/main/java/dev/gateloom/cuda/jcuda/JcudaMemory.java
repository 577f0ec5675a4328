package dev.gateloom.cuda.jcuda;

import dev.gateloom.device.DeviceMemory;

/** Device memory from the heap, or from a stream's pool. */
final class JcudaMemory implements DeviceMemory {
    private final long address;
    private final long bytes;
    private final Ledger.Entry entry;

    private JcudaMemory(Ledger ledger, long address, long bytes, String description, Runnable release) {
        this.address = address;
        this.bytes = bytes;
        this.entry = ledger.enter(this, description, bytes, release);
    }

    static JcudaMemory of(Ledger ledger, DeviceHeap heap, long bytes, String purpose) {
        requirePositive(bytes);
        long address = heap.allocate(bytes, purpose);
        return new JcudaMemory(ledger, address, bytes, DeviceHeap.description(bytes, purpose), () -> heap.free(address));
    }

    static JcudaMemory of(Ledger ledger, StreamPool pool, long bytes, String purpose) {
        requirePositive(bytes);
        StreamPool.Block block = pool.take(bytes, purpose);
        String description = DeviceHeap.description(bytes, purpose) + " (in a stream)";
        return new JcudaMemory(ledger, block.address(), bytes, description, () -> pool.give(block, description));
    }

    private static void requirePositive(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes is " + bytes + "; expected at least 1");
        }
    }

    @Override
    public long address() {
        entry.requireOpen();
        return address;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        entry.close();
    }
}
