package dev.gateloom.cuda.jcuda;

import static dev.gateloom.cuda.jcuda.NativeMemory.putInt;
import static dev.gateloom.cuda.jcuda.NativeMemory.putLong;
import static dev.gateloom.cuda.jcuda.NativeMemory.text;
import static dev.gateloom.cuda.jcuda.Refusal.unless;

import dev.gateloom.device.DeviceException;
import dev.gateloom.device.Event;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Program;
import dev.gateloom.device.Stream;
import dev.gateloom.ptx.EmulatorOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import jcuda.driver.CUresult;

/**
 * Plays the CUDA driver for the tests: checks every call as the driver API's documentation describes it (handles, contexts,
 * order, sizes, attributes, captures) and lets emulators do the work, one for each context. What it refuses, it remembers, so
 * that a test fails though the caller swallowed the code.
 */
final class FakeDriver {
    /** The one that the library's calls reach. */
    private static volatile FakeDriver installed;

    /** How the functions of another library begin. */
    private static final String CUBLAS = "cublas";
    private static final int TOOLKIT = 12_09_0;
    /** Functions that need no current context, and work though it is lost. */
    private static final Set<String> WITHOUT_CONTEXT = Set.of("cuInit", "cuDriverGetVersion", "cuDeviceGetCount", "cuDeviceGet",
            "cuDeviceTotalMem", "cuDeviceGetAttribute", "cuDevicePrimaryCtxRetain", "cuDevicePrimaryCtxRelease",
            "cuCtxPushCurrent", "cuCtxPopCurrent", "cuCtxGetCurrent", "cuCtxGetDevice", "cuThreadExchangeStreamCaptureMode");

    private final List<FakeGpu> gpus = new ArrayList<>();
    private final List<FakeContext> contexts = new ArrayList<>();
    private final ThreadLocal<Deque<Long>> current = ThreadLocal.withInitial(ArrayDeque::new);
    private final FakeHandles handles = new FakeHandles();
    private final FakeCaptures captures = new FakeCaptures();
    private final FakeCublas cublas = new FakeCublas(this);
    private final FakeModules modules;
    private final Map<Long, FakeFunction> functions = new HashMap<>();
    private final Map<String, Long> calls = new HashMap<>();
    private final List<String> refusals = new ArrayList<>();
    private final Map<String, Integer> failures = new HashMap<>();
    private final FakeCudnn cudnn = new FakeCudnn(this);
    private final List<Throwable> accidents = new ArrayList<>();
    private final List<String> kernelFailures = new ArrayList<>();
    private long nextFunction = 0x100_0000;
    private boolean initialized;
    private boolean occupied;
    private int version = TOOLKIT;

    /** A stream, and whether it orders itself with the default stream. */
    private record Queue(Stream work, boolean blocking) {
    }

    private static final class Recorded {
        private final Event event;
        /** Where the last record belongs; null if it was not captured. */
        private FakeCaptures.Capture capture;

        Recorded(Event event) {
            this.event = event;
        }
    }

    /**
     * A driver with one GPU.
     *
     * @param gpu what it is
     * @param programs whose cubins may be loaded
     */
    FakeDriver(EmulatorOptions gpu, List<Program> programs) {
        modules = new FakeModules(programs);
        withGpu(gpu);
        installed = this;
    }

    FakeDriver version(int value) {
        version = value;
        return this;
    }

    /** One GPU more. */
    FakeDriver withGpu(EmulatorOptions gpu) {
        gpus.add(new FakeGpu(gpu));
        return this;
    }

    FakeDriver withoutGpus() {
        gpus.clear();
        return this;
    }

    /** A GPU says that it is another one than it is. */
    FakeDriver capability(int gpu, int value) {
        gpus.get(gpu).pretend(value);
        return this;
    }

    /** Its devices are not for cubins: NVIDIA's embedded ones. */
    FakeDriver refuseCubins() {
        modules.refuseCubins();
        return this;
    }

    /** Something else has the multiprocessors. */
    synchronized void occupy() {
        occupied = true;
    }

    /** The next call of a function fails. */
    synchronized void failNext(String function, int code) {
        failures.put(function, code);
    }

    /** A context that an application made for itself on the first GPU. */
    long newContext() {
        return newContext(0);
    }

    synchronized long newContext(int gpu) {
        FakeContext context = gpus.get(gpu).newContext();
        contexts.add(context);
        return handles.enter("context", context, context);
    }

    /** The application's end of it. */
    synchronized void destroyContext(long context) {
        handles.destroy(context);
    }

    /** A stream of an application, in a context; of the ordinary kind, which orders itself with the default stream. */
    synchronized long newStream(long context) {
        FakeContext owner = handles.context(context);
        return handles.enter("stream", owner, new Queue(owner.emulator.stream(), true));
    }

    synchronized boolean isLive(long handle) {
        return handles.isLive(handle);
    }

    long currentContext() {
        Deque<Long> stack = current.get();
        return stack.isEmpty() ? 0 : stack.peek();
    }

    /** The calling thread's; 0, GLOBAL, unless it was changed. */
    int captureMode() {
        return captures.mode();
    }

    synchronized long count(String function) {
        return calls.getOrDefault(function, 0L);
    }

    /** See {@link FakeModules#loaded}. */
    synchronized List<String> loaded() {
        return modules.loaded();
    }

    /** What kernels did wrong since the last look, in the emulator's words. */
    synchronized List<String> takeKernelFailures() {
        List<String> taken = new ArrayList<>(kernelFailures);
        kernelFailures.clear();
        return taken;
    }

    /** What was refused since the last look; a test that expects nothing asserts that this is empty. */
    synchronized List<String> takeRefusals() {
        List<String> taken = new ArrayList<>(refusals);
        refusals.clear();
        for (Throwable accident : accidents) {
            throw new AssertionError("the fake driver failed", accident);
        }
        return taken;
    }

    /** What is left when a device was closed: nothing but what the application made. */
    synchronized List<String> leftovers() {
        List<String> left = handles.lines();
        contexts.forEach(context -> left.addAll(context.memory.leftovers()));
        return left;
    }

    FakeHandles handles() {
        return handles;
    }

    /** Something that another library computes on a stream: now or, where that is captured, whenever its graph comes to it. */
    void compute(long handle, Consumer<Stream> computation) {
        Stream stream = stream(handle);
        FakeCaptures.Capture capture = captures.of(handle);
        if (capture == null) {
            computation.accept(stream);
            return;
        }
        unless(!capture.isForked(), CUresult.CUDA_ERROR_NOT_SUPPORTED, "beside other streams of a capture is not played");
        capture.graph().add(stream.endCapture());
        capture.graph().add(computation);
        stream.beginCapture();
    }

    // ---- The way in from C

    /** Called by the library; throws nothing. */
    @SuppressWarnings("unused")
    private static int call(String function, long[] arguments) {
        FakeDriver driver = installed;
        if (driver == null) {
            return CUresult.CUDA_ERROR_NOT_INITIALIZED;
        }
        try {
            int version = function.indexOf("_v");
            return driver.run(version < 0 ? function : function.substring(0, version), arguments);
        } catch (Throwable e) {
            driver.accidents.add(e);
            return CUresult.CUDA_ERROR_UNKNOWN;
        }
    }

    private synchronized int run(String function, long[] a) {
        calls.merge(function, 1L, Long::sum);
        try {
            Integer planned = failures.remove(function);
            if (planned != null) {
                return planned;
            }
            if (FakeCudnn.isDescription(function)) {
                cudnn.describe(function, a);
                return CUresult.CUDA_SUCCESS;
            }
            if (!initialized && !function.equals("cuInit") && !function.equals("cuDriverGetVersion")) {
                throw new Refusal(CUresult.CUDA_ERROR_NOT_INITIALIZED, "before cuInit");
            }
            if (!WITHOUT_CONTEXT.contains(function)) {
                context().requireIntact();
            }
            captures.check(function);
            if (function.startsWith("cudnn")) {
                cudnn.run(function, a);
            } else {
                dispatch(function, a);
            }
            return CUresult.CUDA_SUCCESS;
        } catch (Refusal e) {
            refusals.add(function + ": " + e.getMessage());
            return e.code;
        } catch (DeviceException e) {
            if (currentContext() != 0 && context().meet(e)) {
                kernelFailures.add(e.getMessage());
            }
            return function.startsWith(CUBLAS) ? FakeCublas.EXECUTION_FAILED : e.code();
        }
    }

    private void dispatch(String function, long[] a) {
        switch (function) {
            case "cuInit" -> initialize((int) a[0]);
            case "cuDriverGetVersion" -> putInt(a[0], version);
            case "cuDeviceGetCount" -> putInt(a[0], gpus.size());
            case "cuDeviceGet" -> {
                gpu(a[1]);
                putInt(a[0], (int) a[1]);
            }
            case "cuDeviceTotalMem" -> putLong(a[0], gpu(a[1]).memory());
            case "cuDeviceGetAttribute" -> putInt(a[0], gpu(a[2]).attribute((int) a[1]));
            case "cuDevicePrimaryCtxRetain" -> putLong(a[0], retainPrimary(gpu(a[1])));
            case "cuDevicePrimaryCtxRelease" -> releasePrimary(gpu(a[0]));
            case "cuCtxPushCurrent" -> {
                handles.context(a[0]);
                current.get().push(a[0]);
            }
            case "cuCtxPopCurrent" -> {
                context();
                putLong(a[0], current.get().pop());
            }
            case "cuCtxGetCurrent" -> putLong(a[0], currentContext());
            case "cuCtxGetDevice" -> putInt(a[0], gpus.indexOf(context().gpu));
            case "cuThreadExchangeStreamCaptureMode" -> captures.exchange(a[0]);
            case "cuModuleLoadDataEx" ->
                    putLong(a[0], enter("module", modules.load(context().emulator, a[1], (int) a[2], a[3], a[4])));
            case "cuModuleUnload" -> leave(a[0], "module");
            case "cuModuleGetFunction" -> putLong(a[0], function(a[1], text(a[2])));
            case "cuFuncGetAttribute" -> putInt(a[0], functionOf(a[2]).attribute((int) a[1]));
            case "cuFuncSetAttribute" -> functionOf(a[0]).set((int) a[1], (int) a[2]);
            case "cuOccupancyMaxActiveBlocksPerMultiprocessor" ->
                    putInt(a[0], occupied ? 0 : functionOf(a[1]).occupancy((int) a[2], (int) a[3]));
            case "cuLaunchKernel" -> launch(a, false);
            case "cuLaunchCooperativeKernel" -> launch(a, true);
            case "cuMemAlloc" -> putLong(a[0], memory().allocate(a[1]));
            case "cuMemFree" -> memory().free(a[0]);
            case "cuMemGetInfo" -> {
                putLong(a[0], context().gpu.memory() - memory().used());
                putLong(a[1], context().gpu.memory());
            }
            case "cuMemHostAlloc" -> putLong(a[0], memory().allocateHost(a[1], (int) a[2]));
            case "cuMemFreeHost" -> memory().freeHost(a[0]);
            case "cuMemcpyHtoDAsync" -> {
                FakeMemory.HostPiece from = memory().hostPiece(a[1], a[2]);
                stream(a[3]).upload(from.memory(), from.offset(), memory().check(a[0], a[2]), a[2]);
            }
            case "cuMemcpyDtoHAsync" -> {
                FakeMemory.HostPiece to = memory().hostPiece(a[0], a[2]);
                stream(a[3]).download(memory().check(a[1], a[2]), to.memory(), to.offset(), a[2]);
            }
            case "cuMemcpyDtoDAsync" -> stream(a[3]).copy(memory().check(a[1], a[2]), memory().check(a[0], a[2]), a[2]);
            case "cuMemsetD32Async" -> stream(a[3]).fill(memory().check(a[0], 4 * a[2]), (int) a[1], a[2]);
            case "cuStreamCreate" -> {
                unless((int) a[1] == 1, CUresult.CUDA_ERROR_INVALID_VALUE, "not CU_STREAM_NON_BLOCKING: " + (int) a[1]);
                putLong(a[0], enter("stream", new Queue(context().emulator.stream(), false)));
            }
            case "cuStreamDestroy" -> ((Queue) leave(a[0], "stream")).work.close();
            case "cuStreamSynchronize" -> {
                captures.checkWait(a[0]);
                stream(a[0]).synchronize();
            }
            case "cuStreamWaitEvent" -> await(a[0], a[1], (int) a[2]);
            case "cuStreamIsCapturing" -> putInt(a[1], captures.status(context(), a[0]));
            case "cuStreamBeginCapture" -> beginCapture(a[0], (int) a[1]);
            case "cuStreamEndCapture" -> putLong(a[1], endCapture(a[0]));
            case "cuEventCreate" -> {
                unless((int) a[1] == 0, CUresult.CUDA_ERROR_INVALID_VALUE, "flags " + (int) a[1]);
                putLong(a[0], enter("event", new Recorded(context().emulator.event())));
            }
            case "cuEventRecord" -> {
                Recorded event = get(a[0], "event", Recorded.class);
                stream(a[1]).record(event.event);
                event.capture = captures.of(a[1]);
            }
            case "cuEventSynchronize" -> get(a[0], "event", Recorded.class).event.synchronize();
            case "cuEventElapsedTime" -> elapsed(a[0], a[1], a[2]);
            case "cuEventDestroy" -> ((Recorded) leave(a[0], "event")).event.close();
            case "cuGraphInstantiateWithFlags" -> {
                unless(a[2] == 0, CUresult.CUDA_ERROR_INVALID_VALUE, "flags " + a[2]);
                putLong(a[0], enter("graph exec", get(a[1], "graph", FakeGraph.class)));
            }
            case "cuGraphDestroy" -> leave(a[0], "graph");
            case "cuGraphLaunch" -> {
                FakeGraph graph = get(a[0], "graph exec", FakeGraph.class);
                unless(captures.of(a[1]) == null || graph.isEmulated(), CUresult.CUDA_ERROR_NOT_SUPPORTED,
                        "a graph with other libraries' parts in another graph is not played");
                graph.launch(stream(a[1]));
            }
            case "cuGraphExecDestroy" -> ((FakeGraph) leave(a[0], "graph exec")).close();
            default -> {
                unless(function.startsWith(CUBLAS), CUresult.CUDA_ERROR_NOT_SUPPORTED, "not played by this driver");
                cublas.call(function, a);
            }
        }
    }

    // ---- Devices and contexts

    private void initialize(int flags) {
        unless(flags == 0, CUresult.CUDA_ERROR_INVALID_VALUE, "flags " + flags);
        if (gpus.isEmpty()) {
            // No misuse, so not remembered as a refusal.
            throw new DeviceException("cuInit", CUresult.CUDA_ERROR_NO_DEVICE, "CUDA_ERROR_NO_DEVICE", "");
        }
        initialized = true;
    }

    /** A {@code CUdevice}, of which the upper half is undefined, as of every 32-bit argument. */
    private FakeGpu gpu(long device) {
        int ordinal = (int) device;
        unless(ordinal >= 0 && ordinal < gpus.size(), CUresult.CUDA_ERROR_INVALID_DEVICE, "device " + ordinal);
        return gpus.get(ordinal);
    }

    private long retainPrimary(FakeGpu gpu) {
        if (gpu.primaryUsers++ == 0) {
            gpu.primary = newContext(gpus.indexOf(gpu));
        }
        return gpu.primary;
    }

    private void releasePrimary(FakeGpu gpu) {
        unless(gpu.primaryUsers > 0, CUresult.CUDA_ERROR_INVALID_CONTEXT, "released more often than retained");
        if (--gpu.primaryUsers == 0) {
            handles.destroy(gpu.primary);
        }
    }

    /** The current one. */
    FakeContext context() {
        unless(currentContext() != 0, CUresult.CUDA_ERROR_INVALID_CONTEXT, "no current context");
        return handles.context(currentContext());
    }

    FakeMemory memory() {
        return context().memory;
    }

    // ---- Handles

    long enter(String kind, Object object) {
        return handles.enter(kind, context(), object);
    }

    <T> T get(long handle, String kind, Class<T> type) {
        return handles.get(handle, kind, type, context());
    }

    Object leave(long handle, String kind) {
        Object object = get(handle, kind, Object.class);
        handles.leave(handle);
        return object;
    }

    /** For work or waiting; a capture may forbid it. */
    Stream stream(long handle) {
        captures.checkWork(context(), handle);
        return handle == 0 ? context().defaultStream() : get(handle, "stream", Queue.class).work;
    }

    // ---- Modules, functions, launches

    private long function(long handle, String name) {
        FakeModules.Module module = get(handle, "module", FakeModules.Module.class);
        FakeFunction function = new FakeFunction(handle, FakeModules.kernel(module, name), module.parsed().kernels().get(name));
        // A function lives and dies with its module and has no handle of its own to destroy.
        functions.put(nextFunction, function);
        return nextFunction++;
    }

    private FakeFunction functionOf(long handle) {
        FakeFunction found = functions.get(handle);
        unless(found != null, CUresult.CUDA_ERROR_INVALID_HANDLE, "no function " + handle);
        get(found.module, "module", FakeModules.Module.class);
        return found;
    }

    /** The last two arguments of {@code cuLaunchKernel} are two ways to pass the kernel's; the cooperative one has the first. */
    private void launch(long[] a, boolean cooperative) {
        Launch launch = new Launch((int) a[1], (int) a[2], (int) a[3], (int) a[4], (int) a[5], (int) a[6], (int) a[7],
                cooperative);
        functionOf(a[0]).launch(stream(a[8]), launch, a[9], cooperative ? 0 : a[10]);
    }

    // ---- Captures and events

    private void beginCapture(long handle, int mode) {
        unless(handle != 0, CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "the default stream cannot be captured");
        Queue queue = get(handle, "stream", Queue.class);
        queue.work.beginCapture();
        captures.begin(context(), handle, queue.blocking, mode);
    }

    private long endCapture(long handle) {
        Stream stream = get(handle, "stream", Queue.class).work;
        FakeCaptures.Capture ended = captures.end(handle);
        FakeGraph graph = ended.graph();
        graph.add(stream.endCapture());
        if (ended.isInvalid()) {
            graph.close();
            throw new DeviceException("cuStreamEndCapture", CUresult.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED,
                    "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED", "");
        }
        return enter("graph", graph);
    }

    private void await(long handle, long recorded, int flags) {
        Recorded event = get(recorded, "event", Recorded.class);
        unless(flags == 0, CUresult.CUDA_ERROR_INVALID_VALUE, "flags " + flags);
        stream(handle).await(event.event);
        if (event.capture != null && handle != 0) {
            captures.join(event.capture, handle, get(handle, "stream", Queue.class).blocking);
        }
    }

    private void elapsed(long out, long start, long end) {
        Recorded from = get(start, "event", Recorded.class);
        Recorded to = get(end, "event", Recorded.class);
        NativeMemory.putFloat(out, (float) to.event.millisecondsSince(from.event));
    }
}
