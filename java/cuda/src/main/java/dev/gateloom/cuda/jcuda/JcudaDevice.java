package dev.gateloom.cuda.jcuda;

import static jcuda.driver.JCudaDriver.cuDeviceGetName;
import static jcuda.driver.JCudaDriver.cuDeviceTotalMem;
import static jcuda.driver.JCudaDriver.cuModuleLoadDataJIT;
import static jcuda.driver.JCudaDriver.cuModuleUnload;

import dev.gateloom.cuda.libraries.CudaLibraries;
import dev.gateloom.device.Blas;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.DeviceProperties;
import dev.gateloom.device.Event;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Program;
import dev.gateloom.device.Stream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import jcuda.Pointer;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUjit_option;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.JITOptions;

/**
 * A GPU behind the CUDA driver. Every call makes its context current and gives the thread its own back, so all threads may
 * call, whatever context they have.
 *
 * <p>Another trainer embeds it by {@link #ofContext} or {@link #ofCurrentContext}, and passes its own stream to
 * {@link #stream(long)}, or to {@code CudaEngine.plan}; then nothing is synchronised but what the caller synchronises.
 */
public final class JcudaDevice implements Device {
    private static final System.Logger LOG = System.getLogger(JcudaDevice.class.getName());
    /** Room for what the driver's compiler says about PTX. */
    private static final int LOG_BYTES = 16 * 1024;

    private final DriverContext context;
    private final int driverVersion;
    private final String name;
    private final DeviceProperties properties;
    private final DeviceHeap heap;
    private final CublasHandles cublas;
    private final Map<Program, CUmodule> modules = new ConcurrentHashMap<>();
    private final Map<KernelKey, JcudaKernel> kernels = new ConcurrentHashMap<>();
    private boolean closed;

    private record KernelKey(Program program, String name) {
    }

    private JcudaDevice(DriverContext context) {
        this.context = context;
        this.driverVersion = Driver.version();
        this.properties = propertiesOf(context.device());
        this.name = nameOf(context.device()) + " (sm_" + properties.computeCapability() + ")";
        this.heap = new DeviceHeap(context);
        this.cublas = new CublasHandles(context);
    }

    /**
     * Opens a device with its primary context, which it shares with CUDA's runtime and most libraries of the process.
     *
     * @param ordinal from 0, among those that {@code CUDA_VISIBLE_DEVICES} leaves
     * @return the device; close it after use
     * @throws IllegalStateException if there is no such device, or it is too old
     */
    public static JcudaDevice open(int ordinal) {
        JcudaProvider.refuse(JcudaProvider.obstacle(ordinal));
        return in(DriverContext.primary(Driver.device(ordinal)));
    }

    /**
     * Works in the caller's context.
     *
     * @param context a {@code CUcontext}, which must outlive the device
     * @return the device; closing it frees what it allocated and leaves the context alone
     * @throws IllegalStateException if there is no driver, or the context's GPU is too old
     */
    public static JcudaDevice ofContext(long context) {
        JcudaProvider.refuse(JcudaProvider.driverObstacle());
        DriverContext borrowed = DriverContext.borrowed(context);
        JcudaProvider.refuse(Driver.obstacle(borrowed.device()));
        return in(borrowed);
    }

    /**
     * Works in the context that the calling thread has made current.
     *
     * @return the device; closing it frees what it allocated and leaves the context alone
     * @throws IllegalStateException if there is no driver or no current context, or the context's GPU is too old
     */
    public static JcudaDevice ofCurrentContext() {
        JcudaProvider.refuse(JcudaProvider.driverObstacle());
        long current = DriverContext.current();
        if (current == 0) {
            throw new IllegalStateException("the calling thread has no current CUDA context; make one current, or use open");
        }
        return ofContext(current);
    }

    /** A context that no device comes of is given back. */
    private static JcudaDevice in(DriverContext context) {
        try {
            return new JcudaDevice(context);
        } catch (RuntimeException | Error e) {
            try {
                context.close();
            } catch (RuntimeException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    static String nameOf(CUdevice device) {
        byte[] text = new byte[256];
        Driver.call("cuDeviceGetName", () -> cuDeviceGetName(text, text.length, device), () -> "");
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.UTF_8);
    }

    static DeviceProperties propertiesOf(CUdevice device) {
        long[] memory = new long[1];
        Driver.call("cuDeviceTotalMem", () -> cuDeviceTotalMem(memory, device), () -> "");
        return new DeviceProperties(Driver.capability(device),
                Driver.attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
                Driver.attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK),
                Driver.attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN),
                Driver.attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR),
                Driver.attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR),
                Driver.attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR),
                Driver.attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR),
                Driver.attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH) != 0,
                Driver.attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_CLUSTER_LAUNCH) != 0,
                Driver.attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE), memory[0]);
    }

    DriverContext context() {
        return context;
    }

    /**
     * Calls another library of NVIDIA's, such as cuDNN, in this device's context, whoever captures a stream meanwhile.
     *
     * @param call makes the call and returns its status
     * @return the status
     */
    public int call(IntSupplier call) {
        return context.attempt(call);
    }

    Ledger ledger() {
        return context.ledger();
    }

    DeviceHeap heap() {
        return heap;
    }

    /** The object as ours. */
    <T> T own(Object object, Class<T> type, String argument) {
        if (!type.isInstance(object)) {
            throw new IllegalArgumentException(argument + " is " + (object == null ? "null" : "of " + object.getClass().getName())
                    + "; expected one of this device, " + name);
        }
        return type.cast(object);
    }

    /** Handles of another device object are of another context, perhaps of another GPU. */
    void requireSame(JcudaDevice owner, String argument) {
        if (owner != this) {
            throw new IllegalArgumentException(argument + " was made by another Device object (" + owner
                    + "); expected one made by this object (" + this + ")");
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public DeviceProperties properties() {
        return properties;
    }

    @Override
    public Kernel kernel(Program program, String kernel) {
        CUmodule module = modules.computeIfAbsent(program, this::load);
        return kernels.computeIfAbsent(new KernelKey(program, kernel),
                key -> new JcudaKernel(this, context, module, kernel, program.name()));
    }

    /** What a cubin is refused with for which the PTX may still be compiled. */
    private static boolean isNotForThisDevice(int result) {
        return result == CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU || result == CUresult.CUDA_ERROR_INVALID_IMAGE;
    }

    private CUmodule load(Program program) {
        CUmodule module = new CUmodule();
        CodeChoice cubin = CodeChoice.cubin(program, properties.computeCapability());
        if (cubin != null) {
            int result = load(module, cubin, new JITOptions());
            if (!isNotForThisDevice(result)) {
                return loaded(module, result, program, cubin, "");
            }
            LOG.log(System.Logger.Level.DEBUG, "{0} refuses the {1} of {2} ({3}): its PTX is compiled", name,
                    cubin.description(), program.name(), Results.describe(result));
        }
        CodeChoice ptx = CodeChoice.ptx(program, properties.computeCapability(), driverVersion);
        JITOptions options = new JITOptions();
        options.putBytes(CUjit_option.CU_JIT_ERROR_LOG_BUFFER, new byte[LOG_BYTES]);
        options.putInt(CUjit_option.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES, LOG_BYTES);
        int result = load(module, ptx, options);
        String log = options.getString(CUjit_option.CU_JIT_ERROR_LOG_BUFFER).strip();
        return loaded(module, result, program, ptx, log.isEmpty() ? "" : ": " + log);
    }

    private int load(CUmodule module, CodeChoice code, JITOptions options) {
        Pointer image = Pointer.to(ByteBuffer.allocateDirect(code.image().length).put(code.image()));
        return context.attempt(() -> cuModuleLoadDataJIT(module, image, options));
    }

    private CUmodule loaded(CUmodule module, int result, Program program, CodeChoice code, String log) {
        if (result != CUresult.CUDA_SUCCESS) {
            throw context.failure("cuModuleLoadDataEx", result, "program " + program.name() + ", " + code.description() + log);
        }
        return module;
    }

    @Override
    public DeviceMemory allocate(long bytes, String purpose) {
        return JcudaMemory.of(ledger(), heap, bytes, purpose);
    }

    @Override
    public HostMemory allocateHost(long bytes) {
        return new JcudaHostMemory(context, ledger(), bytes);
    }

    @Override
    public Stream stream() {
        return JcudaStream.create(this);
    }

    @Override
    public Stream stream(long handle) {
        return JcudaStream.view(this, handle);
    }

    @Override
    public Event event() {
        return new JcudaEvent(this, context, ledger());
    }

    @Override
    public Optional<String> blasObstacle() {
        return CudaLibraries.cublasObstacle(properties.computeCapability());
    }

    @Override
    public Blas blas(Blas.Factors factors) {
        blasObstacle().ifPresent(why -> {
            throw new UnsupportedOperationException(why);
        });
        return Cublas.of(this, cublas, factors);
    }

    @Override
    public List<String> live() {
        return ledger().lines();
    }

    /**
     * Waits for the streams that are open, its own and views of the caller's, and for nothing else: the context may be
     * another's too. Then frees what it has, its kernels too, so what was queued through a view that is closed already must
     * have run.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        Cleanup cleanup = new Cleanup();
        heap.awaitStreams(cleanup);
        ledger().releaseAll(cleanup);
        cublas.close(cleanup);
        modules.values().forEach(module ->
                cleanup.run(() -> context.call("cuModuleUnload", () -> cuModuleUnload(module), () -> "")));
        cleanup.run(context::close);
        cleanup.finish();
    }

    /** {@link #name()}. */
    @Override
    public String toString() {
        return name;
    }
}
