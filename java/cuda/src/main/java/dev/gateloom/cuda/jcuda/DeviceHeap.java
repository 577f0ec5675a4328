package dev.gateloom.cuda.jcuda;

import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemGetInfo;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUresult;

/** Device memory from the driver. When it runs out, what the streams keep for reuse is given back before it fails. */
final class DeviceHeap {
    private final DriverContext context;
    private final Ledger ledger;
    private final Set<StreamPool> pools = ConcurrentHashMap.newKeySet();

    DeviceHeap(DriverContext context, Ledger ledger) {
        this.context = context;
        this.ledger = ledger;
    }

    /** The address of new memory. */
    long allocate(long bytes, String purpose) {
        CUdeviceptr address = new CUdeviceptr();
        int result = context.attempt(() -> cuMemAlloc(address, bytes));
        if (result == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
            pools.forEach(StreamPool::trim);
            result = context.attempt(() -> cuMemAlloc(address, bytes));
        }
        if (result != CUresult.CUDA_SUCCESS) {
            throw Results.failure("cuMemAlloc", result, description(bytes, purpose)
                    + (result == CUresult.CUDA_ERROR_OUT_OF_MEMORY ? "; " + account() : ""));
        }
        return Handles.get(address);
    }

    void free(long address) {
        context.call("cuMemFree", () -> cuMemFree(Handles.set(new CUdeviceptr(), address)),
                () -> "address 0x" + Long.toHexString(address));
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

    private String account() {
        long[] free = new long[1];
        long[] total = new long[1];
        String device = context.attempt(() -> cuMemGetInfo(free, total)) == CUresult.CUDA_SUCCESS
                ? "free are " + Ledger.bytes(free[0]) + " of " + Ledger.bytes(total[0]) + "; " : "";
        return device + ledger.memory();
    }
}
