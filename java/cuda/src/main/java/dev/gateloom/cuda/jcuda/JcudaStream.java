package dev.gateloom.cuda.jcuda;

import static jcuda.driver.JCudaDriver.cuEventRecord;
import static jcuda.driver.JCudaDriver.cuGraphDestroy;
import static jcuda.driver.JCudaDriver.cuGraphLaunch;
import static jcuda.driver.JCudaDriver.cuLaunchCooperativeKernel;
import static jcuda.driver.JCudaDriver.cuLaunchKernel;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoHAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemsetD32Async;
import static jcuda.driver.JCudaDriver.cuStreamBeginCapture;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamEndCapture;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;
import static jcuda.driver.JCudaDriver.cuStreamWaitEvent;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Event;
import dev.gateloom.device.Graph;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Stream;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.CUstream_flags;

/** A stream of our own, or a view of the caller's. The objects that calls pass are its own and set again by each call. */
final class JcudaStream implements Stream {
    private final JcudaDevice device;
    private final DriverContext context;
    private final Ledger ledger;
    private final CUstream stream;
    private final StreamPool pool;
    private final LaunchBlock block;
    private final Ledger.Entry entry;

    private final CUdeviceptr target = new CUdeviceptr();
    private final CUdeviceptr source = new CUdeviceptr();
    private final Pointer host = new Pointer();

    private JcudaStream(JcudaDevice device, CUstream stream, LaunchBlock block, boolean owned) {
        this.device = device;
        this.context = device.context();
        this.ledger = device.ledger();
        this.stream = stream;
        this.pool = new StreamPool(context, device.heap(), stream);
        this.block = block;
        this.entry = ledger.enter(this, owned ? "stream" : "view of the caller's stream", 0,
                release(context, stream, pool, block, owned));
    }

    /** One that does not wait for the default stream either. */
    static JcudaStream create(JcudaDevice device) {
        DriverContext context = device.context();
        LaunchBlock block = new LaunchBlock(context);
        CUstream stream = new CUstream();
        try {
            context.call("cuStreamCreate", () -> cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING), () -> "");
        } catch (RuntimeException e) {
            block.free();
            throw e;
        }
        return new JcudaStream(device, stream, block, true);
    }

    static JcudaStream view(JcudaDevice device, long handle) {
        LaunchBlock block = new LaunchBlock(device.context());
        return new JcudaStream(device, Handles.set(new CUstream(), handle), block, false);
    }

    /**
     * The caller's stream is waited for only if it leaves memory behind that its work may still use. What fails is tried again
     * by the next close, what is done by then stays done.
     */
    private static Runnable release(DriverContext context, CUstream stream, StreamPool pool, LaunchBlock block, boolean owned) {
        return () -> {
            if (owned && pool.isCapturing()) {
                abandonCapture(context, stream);
            }
            if ((owned || !pool.isEmpty()) && !pool.await("at its end")) {
                throw new IllegalStateException("a capture forbids to wait for the stream; close it after the capture");
            }
            pool.close();
            block.free();
            if (owned) {
                context.call("cuStreamDestroy", () -> cuStreamDestroy(stream), () -> "");
            }
        };
    }

    /** A stream that is closed in the middle of a capture, as after an exception, ends it for nothing. */
    private static void abandonCapture(DriverContext context, CUstream stream) {
        CUgraph captured = new CUgraph();
        if (context.attempt(() -> cuStreamEndCapture(stream, captured)) == CUresult.CUDA_SUCCESS) {
            context.call("cuGraphDestroy", () -> cuGraphDestroy(captured), () -> "");
        }
    }

    @Override
    public long handle() {
        entry.requireOpen();
        return Handles.get(stream);
    }

    @Override
    public DeviceMemory allocate(long bytes, String purpose) {
        entry.requireOpen();
        if (pool.isCapturing()) {
            throw new IllegalStateException("the stream is being captured; allocate " + DeviceHeap.description(bytes, purpose)
                    + " before the capture: the graph keeps using it");
        }
        return JcudaMemory.of(ledger, pool, bytes, purpose);
    }

    @Override
    public void upload(HostMemory from, long offset, long to, long bytes) {
        entry.requireOpen();
        Handles.set(host, device.own(from, JcudaHostMemory.class, "from").address(offset, bytes));
        Handles.set(target, to);
        context.enqueue("cuMemcpyHtoDAsync", () -> cuMemcpyHtoDAsync(target, host, bytes, stream), () -> to(to, bytes));
    }

    @Override
    public void download(long from, HostMemory to, long offset, long bytes) {
        entry.requireOpen();
        Handles.set(host, device.own(to, JcudaHostMemory.class, "to").address(offset, bytes));
        Handles.set(source, from);
        context.enqueue("cuMemcpyDtoHAsync", () -> cuMemcpyDtoHAsync(host, source, bytes, stream), () -> from(from, bytes));
    }

    @Override
    public void copy(long from, long to, long bytes) {
        entry.requireOpen();
        Handles.set(source, from);
        Handles.set(target, to);
        context.enqueue("cuMemcpyDtoDAsync", () -> cuMemcpyDtoDAsync(target, source, bytes, stream),
                () -> from(from, bytes) + " " + to(to, bytes));
    }

    @Override
    public void fill(long to, int word, long count) {
        entry.requireOpen();
        Handles.set(target, to);
        context.enqueue("cuMemsetD32Async", () -> cuMemsetD32Async(target, word, count, stream),
                () -> to(to, count * Integer.BYTES));
    }

    @Override
    public void launch(Kernel kernel, Launch launch, Arguments arguments) {
        entry.requireOpen();
        JcudaKernel ours = device.own(kernel, JcudaKernel.class, "kernel");
        CUfunction function = ours.function(device);
        try {
            enqueue(ours, function, launch, arguments);
        } catch (DeviceException e) {
            throw Results.isOfEarlierWork(e.code()) ? e : e.ofLaunch(ours.name(), launch, ours.clusterBlocks());
        }
        context.launched(ours);
    }

    private void enqueue(JcudaKernel kernel, CUfunction function, Launch launch, Arguments arguments) {
        if (launch.cooperative()) {
            Pointer pointers = block.pointers(arguments);
            context.enqueue("cuLaunchCooperativeKernel", () -> cuLaunchCooperativeKernel(function,
                    launch.gridX(), launch.gridY(), launch.gridZ(), launch.blockX(), launch.blockY(), launch.blockZ(),
                    launch.dynamicSharedBytes(), stream, pointers), () -> describe(kernel, launch, arguments));
        } else {
            Pointer extra = block.extra(arguments);
            context.enqueue("cuLaunchKernel", () -> cuLaunchKernel(function,
                    launch.gridX(), launch.gridY(), launch.gridZ(), launch.blockX(), launch.blockY(), launch.blockZ(),
                    launch.dynamicSharedBytes(), stream, null, extra), () -> describe(kernel, launch, arguments));
        }
    }

    @Override
    public void record(Event event) {
        entry.requireOpen();
        CUevent ours = device.own(event, JcudaEvent.class, "event").handle(device);
        context.enqueue("cuEventRecord", () -> cuEventRecord(ours, stream), () -> "");
    }

    @Override
    public void await(Event event) {
        entry.requireOpen();
        CUevent ours = device.own(event, JcudaEvent.class, "event").handle(device);
        context.enqueue("cuStreamWaitEvent", () -> cuStreamWaitEvent(stream, ours, 0), () -> "");
    }

    @Override
    public boolean isCapturing() {
        entry.requireOpen();
        return pool.isCapturing();
    }

    /** Relaxed: other work of this thread and of others goes on, such as the loading of a kernel. */
    @Override
    public void beginCapture() {
        entry.requireOpen();
        context.call("cuStreamBeginCapture",
                () -> cuStreamBeginCapture(stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED), () -> "");
    }

    @Override
    public Graph endCapture() {
        entry.requireOpen();
        CUgraph captured = new CUgraph();
        context.call("cuStreamEndCapture", () -> cuStreamEndCapture(stream, captured), () -> "");
        return new JcudaGraph(device, context, ledger, captured);
    }

    @Override
    public void launch(Graph graph) {
        entry.requireOpen();
        CUgraphExec ours = device.own(graph, JcudaGraph.class, "graph").handle(device);
        context.enqueue("cuGraphLaunch", () -> cuGraphLaunch(ours, stream), () -> "");
        context.launched("a graph");
    }

    @Override
    public void synchronize() {
        entry.requireOpen();
        context.call("cuStreamSynchronize", () -> cuStreamSynchronize(stream), () -> "");
    }

    @Override
    public void close() {
        entry.close();
    }

    private static String describe(JcudaKernel kernel, Launch launch, Arguments arguments) {
        return kernel + " " + launch + " with " + arguments.count() + " arguments of " + arguments.size() + " bytes";
    }

    private static String to(long address, long bytes) {
        return Ledger.bytes(bytes) + " to 0x" + Long.toHexString(address);
    }

    private static String from(long address, long bytes) {
        return Ledger.bytes(bytes) + " from 0x" + Long.toHexString(address);
    }
}
