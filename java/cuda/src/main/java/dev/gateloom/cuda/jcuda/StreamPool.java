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
    /** No status of the driver: the default stream while a stream that orders itself with it is captured; itself it never is. */
    private static final int UNUSABLE = -1;

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

    /**
     * Frees a block at the stream's present point.
     *
     * @throws IllegalStateException while the stream is being captured: the graph would share the block with the next user
     */
    synchronized void give(Block block, String description) {
        if (closed) {
            // The stream was waited for when it was closed, so nothing uses the block any more.
            heap.free(block.address());
            return;
        }
        if (isCapturing()) {
            throw new IllegalStateException("the stream is being captured; close " + description
                    + " after the capture and the graph: the graph keeps using it");
        }
        free.computeIfAbsent(block.bytes(), size -> new ArrayDeque<>()).push(block);
    }

    /** Gives what is kept back to the driver, unless a capture forbids to wait for the stream. */
    synchronized void trim() {
        if (!free.isEmpty() && await("before memory is given back")) {
            freeAll();
        }
    }

    /** Waits for the stream's work; false if a capture forbids it. */
    boolean await(String why) {
        if (captureStatus() != CUstreamCaptureStatus.CU_STREAM_CAPTURE_STATUS_NONE) {
            return false;
        }
        context.call("cuStreamSynchronize", () -> cuStreamSynchronize(stream), () -> why);
        return true;
    }

    /** Whether the stream's work goes into a graph. */
    boolean isCapturing() {
        int status = captureStatus();
        return status != CUstreamCaptureStatus.CU_STREAM_CAPTURE_STATUS_NONE && status != UNUSABLE;
    }

    private int captureStatus() {
        int[] status = new int[1];
        int result = context.attempt(() -> cuStreamIsCapturing(stream, status));
        if (result == CUresult.CUDA_ERROR_STREAM_CAPTURE_IMPLICIT) {
            return UNUSABLE;
        }
        if (result != CUresult.CUDA_SUCCESS) {
            throw Results.failure("cuStreamIsCapturing", result, "");
        }
        return status[0];
    }

    /** Gives everything back; the stream's work must be done. */
    synchronized void close() {
        freeAll();
        closed = true;
        heap.remove(this);
    }

    synchronized boolean isEmpty() {
        return free.isEmpty();
    }

    /** What cannot be freed stays, and all after it. */
    private void freeAll() {
        while (!free.isEmpty()) {
            Deque<Block> blocks = free.firstEntry().getValue();
            heap.free(blocks.element().address());
            blocks.pop();
            if (blocks.isEmpty()) {
                free.pollFirstEntry();
            }
        }
    }
}
