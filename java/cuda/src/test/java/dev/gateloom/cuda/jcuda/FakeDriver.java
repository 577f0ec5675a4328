package dev.gateloom.cuda.jcuda;

import static dev.gateloom.cuda.jcuda.NativeMemory.putInt;
import static dev.gateloom.cuda.jcuda.NativeMemory.putLong;
import static dev.gateloom.cuda.jcuda.NativeMemory.text;
import static dev.gateloom.cuda.jcuda.Refusal.unless;

import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceProperties;
import dev.gateloom.device.Event;
import dev.gateloom.device.Graph;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Program;
import dev.gateloom.device.Stream;
import dev.gateloom.ptx.EmulatorDevice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUresult;

/**
 * Plays the CUDA driver for the tests: checks every call as the driver API's documentation describes it (handles, contexts,
 * order, sizes, attributes) and lets the emulator do the work. What it refuses, it remembers, so that a test fails though the
 * caller swallowed the code.
 */
final class FakeDriver {
    /** The one that the library's calls reach. */
    private static volatile FakeDriver installed;

    private static final long PRIMARY = 0x100;
    private static final int TOOLKIT = 12_09_0;
    /** From this code on an error says that a kernel failed, and all calls after it fail too. */
    private static final int KERNEL_FAILED = CUresult.CUDA_ERROR_ILLEGAL_ADDRESS;

    private final EmulatorDevice emulator;
    private final DeviceProperties properties;
    private final ThreadLocal<Deque<Long>> current = ThreadLocal.withInitial(ArrayDeque::new);
    private final Map<Long, Handle> live = new HashMap<>();
    private final Set<Long> dead = new HashSet<>();
    private final Map<Long, FakeFunction> functions = new HashMap<>();
    /** Streams that are being captured, and the stream where their capture began. */
    private final Map<Long, Long> captures = new HashMap<>();
    private final FakeMemory memory;
    private final FakeModules modules;
    private final Map<Long, Stream> defaultStreams = new HashMap<>();
    private final Map<String, Long> calls = new HashMap<>();
    private final List<String> refusals = new ArrayList<>();
    private final Map<String, Integer> failures = new HashMap<>();
    private final List<Throwable> accidents = new ArrayList<>();
    private final List<String> kernelFailures = new ArrayList<>();
    private long nextHandle = 0x1000;
    private int primaryUsers;
    private boolean initialized;
    private int version = TOOLKIT;
    private int devices = 1;
    private int capability;

    /** What a handle stands for, and the context that it lives in. */
    private record Handle(String kind, long context, Object object) {
    }

    private static final class Recorded {
        private final Event event;
        /** The stream where the capture began that the last record belongs to; 0 if it was not captured. */
        private long capture;

        Recorded(Event event) {
            this.event = event;
        }
    }

    /**
     * A driver with one GPU.
     *
     * @param emulator does the work
     * @param programs whose cubins may be loaded
     */
    FakeDriver(EmulatorDevice emulator, List<Program> programs) {
        this.emulator = emulator;
        this.properties = emulator.properties();
        this.capability = properties.computeCapability();
        this.memory = new FakeMemory(emulator);
        this.modules = new FakeModules(emulator, programs);
        installed = this;
    }

    FakeDriver version(int value) {
        version = value;
        return this;
    }

    FakeDriver devices(int count) {
        devices = count;
        return this;
    }

    FakeDriver capability(int value) {
        capability = value;
        return this;
    }

    /** Its device is not for cubins: one of NVIDIA's embedded ones. */
    FakeDriver refuseCubins() {
        modules.refuseCubins();
        return this;
    }

    /** The next call of a function fails. */
    synchronized void failNext(String function, int code) {
        failures.put(function, code);
    }

    /** A context that an application made for itself. */
    synchronized long newContext() {
        long handle = nextHandle++;
        live.put(handle, new Handle("context", 0, "application"));
        return handle;
    }

    /** The application's end of it. */
    synchronized void destroyContext(long context) {
        live.remove(context);
    }

    /** The stream handle of an application, in a context. */
    synchronized long newStream(long context) {
        return enter("stream", context, emulator.stream());
    }

    synchronized boolean isLive(long handle) {
        return live.containsKey(handle);
    }

    long currentContext() {
        Deque<Long> stack = current.get();
        return stack.isEmpty() ? 0 : stack.peek();
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
        List<String> left = new ArrayList<>();
        live.forEach((handle, what) -> left.add(what.kind + " " + handle));
        left.addAll(memory.leftovers());
        if (primaryUsers != 0) {
            left.add("primary context, retained " + primaryUsers + " times");
        }
        return left;
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
            if (!initialized && !function.equals("cuInit") && !function.equals("cuDriverGetVersion")) {
                throw new Refusal(CUresult.CUDA_ERROR_NOT_INITIALIZED, "before cuInit");
            }
            dispatch(function, a);
            return CUresult.CUDA_SUCCESS;
        } catch (Refusal e) {
            refusals.add(function + ": " + e.getMessage());
            return e.code;
        } catch (DeviceException e) {
            if (e.code() >= KERNEL_FAILED && e.code() < CUresult.CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE
                    && !kernelFailures.contains(e.getMessage())) {
                kernelFailures.add(e.getMessage());
            }
            return e.code();
        }
    }

    private void dispatch(String function, long[] a) {
        switch (function) {
            case "cuInit" -> initialize((int) a[0]);
            case "cuDriverGetVersion" -> putInt(a[0], version);
            case "cuDeviceGetCount" -> putInt(a[0], devices);
            case "cuDeviceGet" -> deviceGet(a[0], (int) a[1]);
            case "cuDeviceTotalMem" -> putLong(a[0], properties.memory());
            case "cuDeviceGetAttribute" -> putInt(a[0], deviceAttribute((int) a[1]));
            case "cuDevicePrimaryCtxRetain" -> retainPrimary(a[0]);
            case "cuDevicePrimaryCtxRelease" -> releasePrimary();
            case "cuCtxPushCurrent" -> push(a[0]);
            case "cuCtxPopCurrent" -> pop(a[0]);
            case "cuCtxGetCurrent" -> putLong(a[0], currentContext());
            case "cuCtxGetDevice" -> {
                context();
                putInt(a[0], 0);
            }
            case "cuCtxSynchronize" -> synchronizeAll();
            case "cuModuleLoadDataEx" ->
                    putLong(a[0], enter("module", context(), modules.load(a[1], (int) a[2], a[3], a[4])));
            case "cuModuleUnload" -> leave(a[0], "module");
            case "cuModuleGetFunction" -> putLong(a[0], function(a[1], text(a[2])));
            case "cuFuncGetAttribute" -> putInt(a[0], functionOf(a[2]).attribute((int) a[1]));
            case "cuFuncSetAttribute" -> functionOf(a[0]).set((int) a[1], (int) a[2]);
            case "cuOccupancyMaxActiveBlocksPerMultiprocessor" ->
                    putInt(a[0], functionOf(a[1]).occupancy((int) a[2], (int) a[3]));
            case "cuLaunchKernel" -> launch(a, false);
            case "cuLaunchCooperativeKernel" -> launch(a, true);
            case "cuMemAlloc" -> putLong(a[0], inContext().allocate(a[1]));
            case "cuMemFree" -> inContext().free(a[0]);
            case "cuMemGetInfo" -> {
                putLong(a[0], properties.memory() - inContext().used());
                putLong(a[1], properties.memory());
            }
            case "cuMemHostAlloc" -> putLong(a[0], inContext().allocateHost(a[1], (int) a[2]));
            case "cuMemFreeHost" -> inContext().freeHost(a[0]);
            case "cuMemcpyHtoDAsync" -> {
                Stream stream = stream(a[3]);
                FakeMemory.HostPiece from = memory.hostPiece(a[1], a[2]);
                stream.upload(from.memory(), from.offset(), memory.check(a[0], a[2]), a[2]);
            }
            case "cuMemcpyDtoHAsync" -> {
                Stream stream = stream(a[3]);
                FakeMemory.HostPiece to = memory.hostPiece(a[0], a[2]);
                stream.download(memory.check(a[1], a[2]), to.memory(), to.offset(), a[2]);
            }
            case "cuMemcpyDtoDAsync" -> stream(a[3]).copy(memory.check(a[1], a[2]), memory.check(a[0], a[2]), a[2]);
            case "cuMemsetD32Async" -> stream(a[3]).fill(memory.check(a[0], 4 * a[2]), (int) a[1], a[2]);
            case "cuStreamCreate" -> {
                unless((int) a[1] == 1, CUresult.CUDA_ERROR_INVALID_VALUE, "not CU_STREAM_NON_BLOCKING: " + (int) a[1]);
                putLong(a[0], enter("stream", context(), emulator.stream()));
            }
            case "cuStreamDestroy" -> ((Stream) leave(a[0], "stream")).close();
            case "cuStreamSynchronize" -> {
                unless(!captures.containsKey(a[0]), CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "the stream is captured");
                stream(a[0]).synchronize();
            }
            case "cuStreamWaitEvent" -> {
                Recorded event = get(a[1], "event", Recorded.class);
                unless((int) a[2] == 0, CUresult.CUDA_ERROR_INVALID_VALUE, "flags " + (int) a[2]);
                stream(a[0]).await(event.event);
                if (captures.containsValue(event.capture)) {
                    captures.put(a[0], event.capture);
                }
            }
            case "cuStreamIsCapturing" -> putInt(a[1], captures.containsKey(a[0]) ? 1 : 0);
            case "cuStreamBeginCapture" -> beginCapture(a[0], (int) a[1]);
            case "cuStreamEndCapture" -> putLong(a[1], endCapture(a[0]));
            case "cuEventCreate" -> {
                unless((int) a[1] == 0, CUresult.CUDA_ERROR_INVALID_VALUE, "flags " + (int) a[1]);
                putLong(a[0], enter("event", context(), new Recorded(emulator.event())));
            }
            case "cuEventRecord" -> {
                Recorded event = get(a[0], "event", Recorded.class);
                event.capture = captures.getOrDefault(a[1], 0L);
                stream(a[1]).record(event.event);
            }
            case "cuEventSynchronize" -> get(a[0], "event", Recorded.class).event.synchronize();
            case "cuEventElapsedTime" -> elapsed(a[0], a[1], a[2]);
            case "cuEventDestroy" -> ((Recorded) leave(a[0], "event")).event.close();
            case "cuGraphInstantiateWithFlags" -> {
                unless(a[2] == 0, CUresult.CUDA_ERROR_INVALID_VALUE, "flags " + a[2]);
                putLong(a[0], enter("graph exec", context(), get(a[1], "graph", Graph.class)));
            }
            case "cuGraphDestroy" -> leave(a[0], "graph");
            case "cuGraphLaunch" -> stream(a[1]).launch(get(a[0], "graph exec", Graph.class));
            case "cuGraphExecDestroy" -> ((Graph) leave(a[0], "graph exec")).close();
            default -> throw new Refusal(CUresult.CUDA_ERROR_NOT_SUPPORTED, "not played by this driver");
        }
    }

    // ---- Devices and contexts

    private void initialize(int flags) {
        unless(flags == 0, CUresult.CUDA_ERROR_INVALID_VALUE, "flags " + flags);
        if (devices == 0) {
            // No misuse, so not remembered as a refusal.
            throw new DeviceException("cuInit", CUresult.CUDA_ERROR_NO_DEVICE, "CUDA_ERROR_NO_DEVICE", "");
        }
        initialized = true;
    }

    private void deviceGet(long out, int ordinal) {
        unless(ordinal >= 0 && ordinal < devices, CUresult.CUDA_ERROR_INVALID_DEVICE, "device " + ordinal);
        putInt(out, ordinal);
    }

    private int deviceAttribute(int attribute) {
        return switch (attribute) {
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR -> capability / 10;
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR -> capability % 10;
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT -> properties.multiprocessors();
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK -> properties.sharedPerBlock();
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN -> properties.sharedPerBlockOptin();
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR ->
                    properties.sharedPerMultiprocessor();
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR ->
                    properties.registersPerMultiprocessor();
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR ->
                    properties.threadsPerMultiprocessor();
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR -> properties.blocksPerMultiprocessor();
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH -> properties.cooperative() ? 1 : 0;
            case CUdevice_attribute.CU_DEVICE_ATTRIBUTE_CLUSTER_LAUNCH -> properties.clusters() ? 1 : 0;
            default -> throw new Refusal(CUresult.CUDA_ERROR_INVALID_VALUE, "attribute " + attribute);
        };
    }

    private void retainPrimary(long out) {
        primaryUsers++;
        live.put(PRIMARY, new Handle("context", 0, "primary"));
        putLong(out, PRIMARY);
    }

    private void releasePrimary() {
        unless(primaryUsers > 0, CUresult.CUDA_ERROR_INVALID_CONTEXT, "released more often than retained");
        if (--primaryUsers == 0) {
            live.remove(PRIMARY);
        }
    }

    private void push(long context) {
        Handle handle = live.get(context);
        unless(handle != null && handle.kind.equals("context"), CUresult.CUDA_ERROR_INVALID_CONTEXT, "no context " + context);
        current.get().push(context);
    }

    private void pop(long out) {
        unless(!current.get().isEmpty(), CUresult.CUDA_ERROR_INVALID_CONTEXT, "no current context");
        putLong(out, current.get().pop());
    }

    private long context() {
        long context = currentContext();
        unless(context != 0, CUresult.CUDA_ERROR_INVALID_CONTEXT, "no current context");
        return context;
    }

    private FakeMemory inContext() {
        context();
        return memory;
    }

    private void synchronizeAll() {
        long context = context();
        for (Handle handle : live.values()) {
            if (handle.object instanceof Stream stream && handle.context == context) {
                stream.synchronize();
            }
        }
        if (defaultStreams.containsKey(context)) {
            defaultStreams.get(context).synchronize();
        }
    }

    // ---- Handles

    private long enter(String kind, long context, Object object) {
        long handle = nextHandle++;
        live.put(handle, new Handle(kind, context, object));
        return handle;
    }

    private Object leave(long handle, String kind) {
        Object object = get(handle, kind, Object.class);
        live.remove(handle);
        dead.add(handle);
        return object;
    }

    private <T> T get(long handle, String kind, Class<T> type) {
        Handle found = live.get(handle);
        unless(found != null, CUresult.CUDA_ERROR_INVALID_HANDLE,
                kind + " " + handle + (dead.contains(handle) ? " was destroyed" : " does not exist"));
        unless(found.kind.equals(kind), CUresult.CUDA_ERROR_INVALID_HANDLE, handle + " is no " + kind + ", but " + found.kind);
        unless(found.context == context(), CUresult.CUDA_ERROR_INVALID_CONTEXT,
                kind + " " + handle + " is of context " + found.context + ", current is " + currentContext());
        return type.cast(found.object);
    }

    private Stream stream(long handle) {
        return handle == 0 ? defaultStreams.computeIfAbsent(context(), context -> emulator.stream())
                : get(handle, "stream", Stream.class);
    }

    // ---- Modules, functions, launches

    private long function(long handle, String name) {
        FakeModules.Module module = get(handle, "module", FakeModules.Module.class);
        FakeFunction function = new FakeFunction(handle, modules.kernel(module, name), module.parsed().kernels().get(name));
        // A function lives and dies with its module and has no handle of its own to destroy.
        functions.put(nextHandle, function);
        return nextHandle++;
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
        unless(mode == 2, CUresult.CUDA_ERROR_INVALID_VALUE, "not CU_STREAM_CAPTURE_MODE_RELAXED: " + mode);
        stream(handle).beginCapture();
        captures.put(handle, handle);
    }

    private long endCapture(long handle) {
        Stream stream = stream(handle);
        if (captures.getOrDefault(handle, 0L) != handle) {
            throw new DeviceException("cuStreamEndCapture", CUresult.CUDA_ERROR_ILLEGAL_STATE, "CUDA_ERROR_ILLEGAL_STATE", "");
        }
        captures.values().removeIf(begin -> begin == handle);
        return enter("graph", context(), stream.endCapture());
    }

    private void elapsed(long out, long start, long end) {
        Recorded from = get(start, "event", Recorded.class);
        Recorded to = get(end, "event", Recorded.class);
        NativeMemory.putFloat(out, (float) to.event.millisecondsSince(from.event));
    }
}
