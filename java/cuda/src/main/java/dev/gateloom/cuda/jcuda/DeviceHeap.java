package dev.gateloom.cuda.jcuda;

import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemFree;

import dev.gateloom.device.DeviceException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUresult;

/** Device memory from the driver. When it runs out, what the streams keep for reuse is given back before it fails. */
final class DeviceHeap {
    private static final System.Logger LOG = System.getLogger(DeviceHeap.class.getName());

    private final DriverContext context;
    private final Set<StreamPool> pools = ConcurrentHashMap.newKeySet();

    DeviceHeap(DriverContext context) {
        this.context = context;
    }

    /** The address of new memory. */
    long allocate(long bytes, String purpose) {
        CUdeviceptr address = new CUdeviceptr();
        int result = context.attempt(() -> cuMemAlloc(address, bytes));
        if (result == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
            trim();
            result = context.attempt(() -> cuMemAlloc(address, bytes));
        }
        if (result == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
            throw DeviceException.outOfMemory("cuMemAlloc", context.ledger().bytes() + bytes, description(bytes, purpose) + "; " + context.account());
        }
        if (result != CUresult.CUDA_SUCCESS) {
            throw Results.failure("cuMemAlloc", result, description(bytes, purpose));
        }
        return Handles.get(address);
    }

    void free(long address) {
        context.call("cuMemFree", () -> cuMemFree(Handles.set(new CUdeviceptr(), address)),
                () -> "address 0x" + Long.toHexString(address));
    }

    /** A stream that fails keeps what it has: its error is for its user, not for who needs memory. */
    private void trim() {
        for (StreamPool pool : pools) {
            try {
                pool.trim();
            } catch (DeviceException e) {
                LOG.log(System.Logger.Level.DEBUG, "memory that a stream keeps was not given back", e);
            }
        }
    }

    /** Waits for all streams that are open, except where a capture forbids it. */
    void awaitStreams(Cleanup cleanup) {
        pools.forEach(pool -> cleanup.run(() -> pool.await("when the device was closed")));
    }

    void add(StreamPool pool) {
        pools.add(pool);
    }

    void remove(StreamPool pool) {
        pools.remove(pool);
    }

    static String description(long bytes, String purpose) {
        return Ledger.bytes(bytes) + " for " + purpose;
    }
}
