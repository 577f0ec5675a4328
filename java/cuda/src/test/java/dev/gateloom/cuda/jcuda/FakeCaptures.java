package dev.gateloom.cuda.jcuda;

import static dev.gateloom.cuda.jcuda.NativeMemory.getInt;
import static dev.gateloom.cuda.jcuda.NativeMemory.putInt;
import static dev.gateloom.cuda.jcuda.Refusal.unless;

import dev.gateloom.device.DeviceException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jcuda.driver.CUresult;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.CUstreamCaptureStatus;

/**
 * Who captures what, and what is prohibited meanwhile, as the documentation of {@code cuThreadExchangeStreamCaptureMode} has
 * it. It prohibits "potentially unsafe" calls and names few of them: here that is every call that is not queued on a stream.
 */
final class FakeCaptures {
    private static final Set<String> SAFE = Set.of("cuInit", "cuDriverGetVersion", "cuDeviceGetCount", "cuDeviceGet",
            "cuDeviceTotalMem", "cuDeviceGetAttribute", "cuCtxPushCurrent", "cuCtxPopCurrent", "cuCtxGetCurrent", "cuCtxGetDevice",
            "cuThreadExchangeStreamCaptureMode", "cuStreamIsCapturing", "cuStreamBeginCapture", "cuStreamEndCapture",
            "cuLaunchKernel", "cuLaunchCooperativeKernel", "cuGraphLaunch", "cuMemcpyHtoDAsync", "cuMemcpyDtoHAsync",
            "cuMemcpyDtoDAsync", "cuMemsetD32Async", "cuEventRecord", "cuStreamWaitEvent", "cublasSetStream", "cublasSetWorkspace",
            "cublasSetPointerMode", "cublasGemmEx");

    private final ThreadLocal<Integer> modes =
            ThreadLocal.withInitial(() -> CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_GLOBAL);
    private final List<Capture> active = new ArrayList<>();

    /** A capture that goes on. */
    static final class Capture {
        private final FakeContext context;
        private final long origin;
        private final int mode;
        private final Thread thread = Thread.currentThread();
        private final Set<Long> streams = new HashSet<>();
        private final FakeGraph graph = new FakeGraph();
        /** Whether one of its streams orders itself with the default stream. */
        private boolean blocking;
        private boolean invalid;

        private Capture(FakeContext context, long origin, int mode) {
            this.context = context;
            this.origin = origin;
            this.mode = mode;
        }

        boolean isInvalid() {
            return invalid;
        }

        /** What was captured so far, but for what the emulator has not given out yet. */
        FakeGraph graph() {
            return graph;
        }

        /** Whether it has other streams than that with which it began. */
        boolean isForked() {
            return streams.size() > 1;
        }
    }

    /** The calling thread's mode. */
    int mode() {
        return modes.get();
    }

    /** {@code cuThreadExchangeStreamCaptureMode}. */
    void exchange(long address) {
        int wanted = getInt(address);
        requireMode(wanted);
        putInt(address, modes.get());
        modes.set(wanted);
    }

    private static void requireMode(int mode) {
        unless(mode >= CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_GLOBAL
                && mode <= CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED, CUresult.CUDA_ERROR_INVALID_VALUE, "mode " + mode);
    }

    /** Whether the calling thread may call a function now. If it may not, the captures that stand against it are spoilt. */
    void check(String function) {
        if (SAFE.contains(function) || modes.get() == CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED) {
            return;
        }
        List<Capture> against = active.stream().filter(this::prohibits).toList();
        against.forEach(capture -> capture.invalid = true);
        unless(against.isEmpty(), CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "prohibited while a stream is captured");
    }

    private boolean prohibits(Capture capture) {
        return capture.thread == Thread.currentThread()
                ? capture.mode != CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED
                : capture.mode == CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_GLOBAL
                        && modes.get() == CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_GLOBAL;
    }

    void begin(FakeContext context, long stream, boolean blocking, int mode) {
        requireMode(mode);
        Capture capture = new Capture(context, stream, mode);
        active.add(capture);
        join(capture, stream, blocking);
    }

    /** A stream waits for an event of a capture. */
    void join(Capture capture, long stream, boolean blocking) {
        if (active.contains(capture)) {
            capture.streams.add(stream);
            capture.blocking |= blocking;
        }
    }

    /** The capture that a stream belongs to; null if none. */
    Capture of(long stream) {
        return active.stream().filter(capture -> capture.streams.contains(stream)).findFirst().orElse(null);
    }

    Capture end(long stream) {
        Capture ended = of(stream);
        if (ended == null || ended.origin != stream) {
            throw failure("cuStreamEndCapture", CUresult.CUDA_ERROR_ILLEGAL_STATE);
        }
        unless(ended.thread == Thread.currentThread() || ended.mode == CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED,
                CUresult.CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD, "begun by another thread");
        active.remove(ended);
        return ended;
    }

    /** {@code cuStreamIsCapturing}. */
    int status(FakeContext context, long stream) {
        if (stream == 0 && active.stream().anyMatch(capture -> capture.context == context && capture.blocking)) {
            // A question that one may ask, so not remembered as a refusal.
            throw failure("cuStreamIsCapturing", CUresult.CUDA_ERROR_STREAM_CAPTURE_IMPLICIT);
        }
        Capture capture = of(stream);
        return capture == null ? CUstreamCaptureStatus.CU_STREAM_CAPTURE_STATUS_NONE
                : capture.invalid ? CUstreamCaptureStatus.CU_STREAM_CAPTURE_STATUS_INVALIDATED
                        : CUstreamCaptureStatus.CU_STREAM_CAPTURE_STATUS_ACTIVE;
    }

    /** Work for a stream: the default stream would wait for what is only captured. */
    void checkWork(FakeContext context, long stream) {
        if (stream == 0) {
            List<Capture> waited = active.stream().filter(capture -> capture.context == context && capture.blocking).toList();
            waited.forEach(capture -> capture.invalid = true);
            unless(waited.isEmpty(), CUresult.CUDA_ERROR_STREAM_CAPTURE_IMPLICIT, "the default stream would join a capture");
        }
        Capture capture = of(stream);
        unless(capture == null || !capture.invalid, CUresult.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, "the capture was spoilt");
    }

    /** Waiting for a stream that is captured spoils the capture. */
    void checkWait(long stream) {
        Capture capture = of(stream);
        if (capture != null) {
            capture.invalid = true;
            throw new Refusal(CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "the stream is captured");
        }
    }

    private static DeviceException failure(String function, int code) {
        return new DeviceException(function, code, CUresult.stringFor(code), "");
    }
}
