package dev.gateloom.cuda.jcuda;

import static jcuda.driver.JCudaDriver.cuCtxGetCurrent;
import static jcuda.driver.JCudaDriver.cuCtxGetDevice;
import static jcuda.driver.JCudaDriver.cuCtxPopCurrent;
import static jcuda.driver.JCudaDriver.cuCtxPushCurrent;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRelease;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRetain;
import static jcuda.driver.JCudaDriver.cuMemGetInfo;

import dev.gateloom.device.DeviceException;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUresult;

/**
 * A context and the way into it. The driver keeps a current context for each thread; every call here makes ours current
 * and gives the thread its own back, so that any thread may call and no application notices.
 */
final class DriverContext {
    /** Set by each look at a thread's context, so that a look allocates nothing. */
    private static final ThreadLocal<CUcontext> SEEN = ThreadLocal.withInitial(CUcontext::new);

    private final CUcontext handle;
    private final CUdevice device;
    private final boolean retained;
    private final Ledger ledger = new Ledger();
    private volatile Object launched;           // last; null: nothing
    private volatile boolean closed;

    private DriverContext(CUcontext handle, CUdevice device, boolean retained) {
        this.handle = handle;
        this.device = device;
        this.retained = retained;
    }

    /** The device's primary context, which CUDA's runtime and most libraries of the process share. */
    static DriverContext primary(CUdevice device) {
        CUcontext handle = new CUcontext();
        Driver.call("cuDevicePrimaryCtxRetain", () -> Driver.relaxed(() -> cuDevicePrimaryCtxRetain(handle, device)), () -> "");
        return new DriverContext(handle, device, true);
    }

    /** The caller's context; it must stay until the device is closed. */
    static DriverContext borrowed(long context) {
        if (context == 0) {
            throw new IllegalArgumentException("context is 0; expected a CUcontext");
        }
        CUdevice device = new CUdevice();
        DriverContext borrowed = new DriverContext(Handles.set(new CUcontext(), context), device, false);
        borrowed.call("cuCtxGetDevice", () -> cuCtxGetDevice(device), () -> "context 0x" + Long.toHexString(context));
        return borrowed;
    }

    /** The calling thread's current context; 0 if it has none. */
    static long current() {
        CUcontext seen = SEEN.get();
        Driver.call("cuCtxGetCurrent", () -> cuCtxGetCurrent(seen), () -> "");
        return Handles.get(seen);
    }

    CUdevice device() {
        return device;
    }

    /** What was taken in this context. */
    Ledger ledger() {
        return ledger;
    }

    /**
     * Calls a function of the driver inside this context, whoever captures a stream meanwhile.
     *
     * @param function its name
     * @param call calls it and returns its result
     * @param details what was asked for; evaluated on failure only
     */
    void call(String function, IntSupplier call, Supplier<String> details) {
        require(function, attempt(call), details);
    }

    /** The same, for callers that treat a failure themselves. */
    int attempt(IntSupplier call) {
        boolean pushed = enter();
        try {
            return Driver.relaxed(call);
        } finally {
            leave(pushed);
        }
    }

    /** The same for work that is queued on a stream: nobody's capture prohibits that, and it is to cost little. */
    void enqueue(String function, IntSupplier call, Supplier<String> details) {
        boolean pushed = enter();
        int result;
        try {
            result = Results.of(call);
        } finally {
            leave(pushed);
        }
        require(function, result, details);
    }

    private void require(String function, int result, Supplier<String> details) {
        if (result != CUresult.CUDA_SUCCESS) {
            throw failure(function, result, details.get());
        }
    }

    /**
     * A kernel or graph was queued on one of the streams.
     *
     * @param what its text names it
     */
    void launched(Object what) {
        launched = what;
    }

    /**
     * What is thrown for a result: where memory has run out, with an account of who has it; where work that was queued before has
     * failed, with what that may have been.
     */
    DeviceException failure(String function, int result, String details) {
        String account = result == CUresult.CUDA_ERROR_OUT_OF_MEMORY ? account()
                : Results.isOfEarlierWork(result) && launched != null ? "launched last before it was " + launched : "";
        return Results.failure(function, result, details + (details.isEmpty() || account.isEmpty() ? "" : "; ") + account);
    }

    /** Who has the memory, as far as we know. */
    String account() {
        long[] memory = memory();
        return (memory == null ? "" : "free are " + Ledger.bytes(memory[0]) + " of " + Ledger.bytes(memory[1]) + "; ")
                + ledger.memory();
    }

    /** Whether so many bytes of the GPU's memory are free, also if nobody knows. */
    boolean hasFree(long bytes) {
        long[] memory = memory();
        return memory == null || memory[0] >= bytes;
    }

    /** What is free, and all of it; null if the driver does not say. */
    private long[] memory() {
        long[] free = new long[1];
        long[] total = new long[1];
        return attempt(() -> cuMemGetInfo(free, total)) == CUresult.CUDA_SUCCESS ? new long[] {free[0], total[0]} : null;
    }

    private void leave(boolean pushed) {
        if (pushed) {
            CUcontext seen = SEEN.get();
            Driver.call("cuCtxPopCurrent", () -> cuCtxPopCurrent(seen), () -> "");
        }
    }

    private boolean enter() {
        if (closed) {
            throw new IllegalStateException("the device is closed");
        }
        if (current() == Handles.get(handle)) {
            return false;
        }
        Driver.call("cuCtxPushCurrent", () -> cuCtxPushCurrent(handle),
                () -> "context 0x" + Long.toHexString(Handles.get(handle)));
        return true;
    }

    void close() {
        closed = true;
        if (retained) {
            Driver.call("cuDevicePrimaryCtxRelease", () -> Driver.relaxed(() -> cuDevicePrimaryCtxRelease(device)), () -> "");
        }
    }
}
