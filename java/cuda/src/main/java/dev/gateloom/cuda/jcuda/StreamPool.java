package dev.gateloom.cuda.jcuda;

import static jcuda.driver.JCudaDriver.cuStreamIsCapturing;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureStatus;

/**
 * Memory in the order of one stream. A block that the stream frees is kept, and the stream may have it again at once, though
 * work that uses it is still queued: the new user's work comes after it.
 *
 * <p>The driver has such pools of its own, but JCuda 12.6 can neither set how much they keep (by default nothing over a
 * synchronisation) nor create one safely.
 */
final class StreamPool {
    /** Sizes are rounded up to this, so that nearly equal ones share blocks; the driver's own alignment is 256. */
    private static final long GRANULE = 512;
    /** A block serves a request if it wastes no more than this share of the request. */
    private static final long WASTE = 4;

    private final DriverContext context;
    private final DeviceHeap heap;
    private final CUstream stream;
    private final TreeMap<Long, Deque<Block>> free = new TreeMap<>();
    private boolean closed;

    record Block(long address, long bytes) {
    }

    StreamPool(DriverContext context, DeviceHeap heap, CUstream stream) {
        this.context = context;
        this.heap = heap;
        this.stream = stream;
        heap.add(this);
    }

    Block take(long bytes, String purpose) {
        long size = (bytes + GRANULE - 1) / GRANULE * GRANULE;
        Block kept = kept(size);
        // Not under the lock: when memory runs out, the heap trims every pool, this one too.
        return kept != null ? kept : new Block(heap.allocate(size, purpose), size);
    }

    private synchronized Block kept(long size) {
        Map.Entry<Long, Deque<Block>> fit = free.ceilingEntry(size);
        if (fit == null || fit.getKey() > size + size / WASTE) {
            return null;
        }
        Block block = fit.getValue().pop();
        if (fit.getValue().isEmpty()) {
            free.remove(fit.getKey());
        }
        return block;
    }

    /** Frees a block at the stream's present point. */
    synchronized void give(Block block) {
        if (closed) {
            // The stream was waited for when it was closed, so nothing uses the block any more.
            heap.free(block.address());
        } else {
            free.computeIfAbsent(block.bytes(), size -> new ArrayDeque<>()).push(block);
        }
    }

    /** Gives what is kept back to the driver, unless the stream is being captured: then it must not be waited for. */
    synchronized void trim() {
        if (!free.isEmpty() && !isCapturing()) {
            context.call("cuStreamSynchronize", () -> cuStreamSynchronize(stream), () -> "before memory is given back");
            freeAll();
        }
    }

    boolean isCapturing() {
        int[] status = new int[1];
        int result = context.attempt(() -> cuStreamIsCapturing(stream, status));
        // The default stream answers with an error while another one is captured.
        return result != CUresult.CUDA_SUCCESS || status[0] != CUstreamCaptureStatus.CU_STREAM_CAPTURE_STATUS_NONE;
    }

    /** Gives everything back; the stream's work must be done. */
    synchronized void close() {
        closed = true;
        heap.remove(this);
        freeAll();
    }

    synchronized boolean isEmpty() {
        return free.isEmpty();
    }

    private void freeAll() {
        Cleanup cleanup = new Cleanup();
        free.values().forEach(blocks -> blocks.forEach(block -> cleanup.run(() -> heap.free(block.address()))));
        free.clear();
        cleanup.finish();
    }
}
