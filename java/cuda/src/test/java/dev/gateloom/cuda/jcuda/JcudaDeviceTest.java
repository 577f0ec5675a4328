package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import dev.gateloom.device.Arguments;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Event;
import dev.gateloom.device.Graph;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Program;
import dev.gateloom.device.Stream;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import jcuda.driver.JITOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;

/** The real device class over a driver that is played: JCuda's own library makes the calls, the emulator does the work. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "JCuda's natives and the played driver are for it")
class JcudaDeviceTest {
    private static final Program AXPY = new Program("axpy", JcudaDeviceTest.class);
    private static final Program BROKEN = new Program("broken", JcudaDeviceTest.class);
    private static final Program CLUSTERS = new Program("clusters", JcudaDeviceTest.class);
    private static final Program FUTURE = new Program("future", JcudaDeviceTest.class);
    private static final long MEMORY = 1 << 20;
    private static final int COUNT = 1000;
    private static final Launch GRID = Launch.of(4, 256);

    private FakeDriver driver = driver(90);
    private JcudaDevice device;

    @BeforeAll
    static void installDriver() {
        FakeLibrary.install();
    }

    private static FakeDriver driver(int computeCapability) {
        EmulatorOptions options = EmulatorOptions.defaults().architecture(computeCapability).memory(MEMORY);
        return new FakeDriver(options, List.of(AXPY));
    }

    private JcudaDevice open() {
        device = JcudaDevice.open(0);
        return device;
    }

    @AfterEach
    void nothingIsLeft() {
        if (device != null) {
            device.close();
        }
        assertEquals(List.of(), driver.takeRefusals());
        assertEquals(List.of(), driver.takeKernelFailures());
        assertEquals(List.of(), driver.leftovers());
        assertEquals(0, driver.currentContext());
        assertEquals(0, driver.captureMode());
    }

    @Test
    void tellsWhatTheDriverTells() {
        open();
        assertEquals("Fake GPU (sm_90)", device.name());
        assertEquals(90, device.properties().computeCapability());
        assertEquals(4, device.properties().multiprocessors());
        assertEquals(48 << 10, device.properties().sharedPerBlock());
        assertEquals(227 << 10, device.properties().sharedPerBlockOptin());
        assertEquals(228 << 10, device.properties().sharedPerMultiprocessor());
        assertEquals(64 << 10, device.properties().registersPerMultiprocessor());
        assertEquals(2048, device.properties().threadsPerMultiprocessor());
        assertEquals(32, device.properties().blocksPerMultiprocessor());
        assertTrue(device.properties().cooperative());
        assertTrue(device.properties().clusters());
        assertEquals(MEMORY, device.properties().memory());

        Kernel kernel = device.kernel(AXPY, "axpy");
        assertEquals("axpy", kernel.name());
        assertEquals(32, kernel.registers());
        assertEquals(1024, kernel.staticSharedBytes());
        assertEquals(0, kernel.localBytes());
        assertEquals(256, kernel.maxThreads());
        assertEquals(8, kernel.occupancy(256, 0));
        assertEquals(kernel, device.kernel(AXPY, "axpy"));
        assertEquals(1, driver.count("cuModuleLoadDataEx"));
    }

    @Test
    void launchesWithArgumentsInOneBuffer() {
        axpy(open(), GRID);
        assertEquals(1, driver.count("cuLaunchKernel"));
        assertEquals(List.of(), device.live());
    }

    @Test
    void launchesCooperativelyWithAPointerToEachArgument() {
        axpy(open(), GRID.asCooperative());
        assertEquals(1, driver.count("cuLaunchCooperativeKernel"));
        assertEquals(List.of(), device.live());
    }

    /** y = 2 x + 1 for x = 0, 1, 2, … */
    private static void axpy(JcudaDevice device, Launch launch) {
        try (Stream stream = device.stream()) {
            axpy(device, stream, launch);
        }
    }

    private static void axpy(JcudaDevice device, Stream stream, Launch launch) {
        try (DeviceMemory x = device.allocate(4 * COUNT, "x");
             DeviceMemory y = stream.allocate(4 * COUNT, "y");
             HostMemory host = device.allocateHost(4 * COUNT + 4)) {
            for (int i = 0; i < COUNT; i++) {
                host.bytes().putFloat(4 + 4 * i, i);
            }
            stream.upload(host, 4, x.address(), 4 * COUNT);
            stream.fill(y.address(), Float.floatToRawIntBits(1), COUNT);
            stream.launch(device.kernel(AXPY, "axpy"), launch, arguments(2, x, COUNT, y));
            stream.copy(y.address(), x.address(), 4 * COUNT);
            stream.download(x.address(), host, 0, 4 * COUNT);
            stream.synchronize();
            for (int i = 0; i < COUNT; i++) {
                assertEquals(2 * i + 1, host.bytes().getFloat(4 * i));
            }
        }
    }

    private static Arguments arguments(float a, DeviceMemory x, int count, DeviceMemory y) {
        return new Arguments().float32(a).address(x.address()).int32(count).int32(0).address(y.address());
    }

    @Test
    void refusedLaunchesNameKernelAndGeometry() {
        open();
        try (Stream stream = device.stream(); DeviceMemory x = device.allocate(4, "x")) {
            Kernel kernel = device.kernel(AXPY, "axpy");
            DeviceException tooLarge = assertThrows(DeviceException.class,
                    () -> stream.launch(kernel, Launch.of(33, 256).asCooperative(), arguments(1, x, 1, x)));
            assertEquals(CUresult.CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE, tooLarge.code());
            assertEquals("cuLaunchCooperativeKernel", tooLarge.call());
            assertContains(tooLarge, "kernel axpy of axpy", "<<<(33, 1, 1), (256, 1, 1), 0, cooperative>>>", "occupancy");

            DeviceException tooMany = assertThrows(DeviceException.class,
                    () -> stream.launch(kernel, Launch.of(1, 512), arguments(1, x, 1, x)));
            assertContains(tooMany, "cuLaunchKernel: CUDA_ERROR_INVALID_VALUE (1)", "<<<(1, 1, 1), (512, 1, 1), 0>>>");
        }
    }

    @Test
    void argumentsOfTheWrongSizeAreRefused() {
        open();
        try (Stream stream = device.stream()) {
            assertThrows(DeviceException.class,
                    () -> stream.launch(device.kernel(AXPY, "axpy"), GRID, new Arguments().float32(1)));
        }
        assertEquals(List.of("cuLaunchKernel: arguments of 4 bytes; the kernel has 32"), driver.takeRefusals());
    }

    @Test
    void moreSharedMemoryMustBeAllowed() {
        open();
        try (Stream stream = device.stream(); DeviceMemory x = device.allocate(4, "x")) {
            Kernel kernel = device.kernel(AXPY, "axpy");
            Launch large = Launch.of(1, 32).sharedBytes(60 << 10);
            stream.fill(x.address(), 0, 1);
            kernel.allowSharedBytes(1 << 10);
            stream.launch(kernel, Launch.of(1, 32).sharedBytes(40 << 10), arguments(1, x, 1, x));
            assertThrows(DeviceException.class, () -> stream.launch(kernel, large, arguments(1, x, 1, x)));
            kernel.allowSharedBytes(60 << 10);
            kernel.allowSharedBytes(50 << 10);
            stream.launch(kernel, large, arguments(1, x, 1, x));
            stream.synchronize();
            assertContains(assertThrows(DeviceException.class, () -> kernel.allowSharedBytes(227 << 10)),
                    "kernel axpy of axpy to " + (227 << 10));
        }
    }

    @Test
    void takesTheCubinOfTheSameMajorArchitecture() {
        axpy(open(), GRID);
        assertEquals(List.of("cubin of axpy for sm_90"), driver.loaded());
    }

    @Test
    void takesPtxWhereThereIsNoCubin() {
        driver = driver(86);
        axpy(open(), GRID);
        assertEquals(List.of("PTX for sm_75"), driver.loaded());
    }

    @Test
    void takesPtxWhereTheCubinIsNotForTheDevice() {
        driver.refuseCubins();
        axpy(open(), GRID);
        assertEquals(List.of("PTX for sm_75"), driver.loaded());
        assertEquals(2, driver.count("cuModuleLoadDataEx"));
    }

    @Test
    void takesPtxWhereTheDriverCannotReadTheCubin() {
        open();
        driver.failNext("cuModuleLoadDataEx", CUresult.CUDA_ERROR_INVALID_IMAGE);
        axpy(device, GRID);
        assertEquals(List.of("PTX for sm_75"), driver.loaded());
    }

    @Test
    void takesNoPtxWhereTheCubinFailsOtherwise() {
        open();
        driver.failNext("cuModuleLoadDataEx", CUresult.CUDA_ERROR_OUT_OF_MEMORY);
        assertContains(assertThrows(DeviceException.class, () -> device.kernel(AXPY, "axpy")),
                "cuModuleLoadDataEx: CUDA_ERROR_OUT_OF_MEMORY (2), program axpy, cubin for sm_90");
        assertEquals(1, driver.count("cuModuleLoadDataEx"));
    }

    /** A cluster is part of the code; only sizes that not every device has must be allowed. */
    @Test
    void launchesClusters() {
        open();
        try (Stream stream = device.stream(); DeviceMemory x = device.allocate(4 * 32, "x");
             HostMemory host = device.allocateHost(4 * 32)) {
            for (String kernel : List.of("portable", "large")) {
                stream.fill(x.address(), -1, 32);
                stream.launch(device.kernel(CLUSTERS, kernel), Launch.of(32, 1), new Arguments().address(x.address()));
                stream.download(x.address(), host, 0, 4 * 32);
                stream.synchronize();
                for (int i = 0; i < 32; i++) {
                    assertEquals(i, host.bytes().getInt(4 * i));
                }
            }
            assertEquals(1, driver.count("cuFuncSetAttribute"), "for the large one");
            DeviceException torn = assertThrows(DeviceException.class, () -> stream.launch(device.kernel(CLUSTERS, "large"),
                    Launch.of(17, 1), new Arguments().address(x.address())));
            assertEquals(CUresult.CUDA_ERROR_INVALID_CLUSTER_SIZE, torn.code());
        }
    }

    @Test
    void saysWhyAProgramCannotBeLoaded() {
        open();
        assertContains(assertThrows(DeviceException.class, () -> device.kernel(BROKEN, "axpy")),
                "cuModuleLoadDataEx: CUDA_ERROR_INVALID_PTX (218), program broken, PTX for compute_75: ", "this");
        assertContains(assertThrows(IllegalArgumentException.class, () -> device.kernel(FUTURE, "axpy")),
                "program future", "version 9.9", "CUDA 12.9", "update the driver");
        assertContains(assertThrows(DeviceException.class, () -> device.kernel(AXPY, "axpyy")),
                "cuModuleGetFunction: CUDA_ERROR_NOT_FOUND (500), kernel axpyy of axpy");
    }

    @Test
    void outOfMemoryListsWhatIsAllocated() {
        open();
        try (DeviceMemory small = device.allocate(4096, "biases");
             DeviceMemory large = device.allocate(MEMORY / 2, "reserve of layer 1")) {
            assertNotEquals(small.address(), large.address());
            DeviceException refused = assertThrows(DeviceException.class, () -> device.allocate(MEMORY, "weights"));
            assertEquals(CUresult.CUDA_ERROR_OUT_OF_MEMORY, refused.code());
            assertContains(refused, "1,048,576 bytes for weights", "free are 520,192 bytes of 1,048,576 bytes",
                    "528,384 bytes are allocated here", "524,288 bytes for reserve of layer 1", "4,096 bytes for biases");
            assertTrue(refused.getMessage().indexOf("reserve") < refused.getMessage().indexOf("biases"));
        }
    }

    @Test
    void aStreamReusesWhatItFreed() {
        open();
        try (Stream stream = device.stream(); Stream other = device.stream()) {
            long first = addressOf(stream, 5000);
            long calls = driver.count("cuMemAlloc");
            assertEquals(first, addressOf(stream, 5000));
            assertEquals(first, addressOf(stream, 4100));
            assertEquals(calls, driver.count("cuMemAlloc"));
            assertNotEquals(first, addressOf(stream, 2000), "too small for this block");
            assertNotEquals(first, addressOf(other, 5000), "of another stream");
        }
    }

    @Test
    void whatStreamsKeepIsGivenBackWhenMemoryRunsOut() {
        open();
        try (Stream stream = device.stream()) {
            addressOf(stream, MEMORY / 2);
            try (DeviceMemory large = device.allocate(MEMORY / 4 * 3, "large")) {
                assertEquals(MEMORY / 4 * 3, large.bytes());
            }
        }
    }

    @Test
    void aCapturedStreamIsNotWaitedForWhenMemoryRunsOut() {
        open();
        try (Stream stream = device.stream(); DeviceMemory x = device.allocate(4, "x")) {
            addressOf(stream, MEMORY / 2);
            stream.beginCapture();
            stream.fill(x.address(), 0, 1);
            long waits = driver.count("cuStreamSynchronize");
            assertThrows(DeviceException.class, () -> device.allocate(MEMORY / 4 * 3, "large"));
            assertEquals(waits, driver.count("cuStreamSynchronize"));
            stream.endCapture().close();
        }
    }

    private static long addressOf(Stream stream, long bytes) {
        try (DeviceMemory memory = stream.allocate(bytes, "test")) {
            return memory.address();
        }
    }

    @Test
    void graphsReplayWhatWasCaptured() {
        open();
        try (Stream stream = device.stream(); Stream second = device.stream();
             Event forked = device.event(); Event joined = device.event();
             DeviceMemory x = device.allocate(4, "x"); DeviceMemory y = device.allocate(4, "y");
             HostMemory host = device.allocateHost(4)) {
            stream.fill(x.address(), Float.floatToRawIntBits(1), 1);
            stream.fill(y.address(), 0, 1);
            stream.beginCapture();
            assertContains(assertThrows(IllegalStateException.class, () -> stream.allocate(8, "partial sums")),
                    "8 bytes for partial sums", "before the capture");
            stream.record(forked);
            second.await(forked);
            assertThrows(IllegalStateException.class, () -> second.allocate(8, "in the capture that it joined"));
            second.launch(device.kernel(AXPY, "axpy"), Launch.of(1, 32), arguments(3, x, 1, y));
            second.record(joined);
            stream.await(joined);
            try (Graph graph = stream.endCapture()) {
                for (int i = 0; i < 5; i++) {
                    stream.launch(graph);
                }
                stream.download(y.address(), host, 0, 4);
                stream.synchronize();
                assertEquals(15, host.bytes().getFloat(0));
            }
            assertThrows(DeviceException.class, stream::endCapture);
            assertNotEquals(0, addressOf(second, 8), "the capture that it joined has ended");
        }
    }

    @Test
    void eventsMeasureTimeOnTheDevice() {
        open();
        try (Stream stream = device.stream(); Event start = device.event(); Event end = device.event()) {
            DeviceException never = assertThrows(DeviceException.class, () -> end.millisecondsSince(start));
            assertEquals(CUresult.CUDA_ERROR_INVALID_HANDLE, never.code());
            stream.record(start);
            stream.record(end);
            DeviceException early = assertThrows(DeviceException.class, () -> end.millisecondsSince(start));
            assertEquals(CUresult.CUDA_ERROR_NOT_READY, early.code());
            end.synchronize();
            assertTrue(end.millisecondsSince(start) >= 0);
        }
    }

    @Test
    void worksInTheCallersContextAndStream() {
        JCudaDriver.cuInit(0);
        long application = driver.newContext();
        long applicationStream = driver.newStream(application);
        CUcontext context = Handles.set(new CUcontext(), application);
        assertContains(assertThrows(IllegalStateException.class, JcudaDevice::ofCurrentContext), "no current CUDA context");

        JCudaDriver.cuCtxPushCurrent(context);
        try (JcudaDevice embedded = JcudaDevice.ofCurrentContext(); Stream stream = embedded.stream(applicationStream)) {
            assertEquals(applicationStream, stream.handle());
            axpy(embedded, stream, GRID);
            assertEquals(application, driver.currentContext());
        }
        JCudaDriver.cuCtxPopCurrent(context);

        try (JcudaDevice embedded = JcudaDevice.ofContext(application)) {
            axpy(embedded, GRID);
            assertEquals(0, driver.currentContext());
        }
        assertTrue(driver.isLive(application));
        assertTrue(driver.isLive(applicationStream));
        assertEquals(0, driver.count("cuDevicePrimaryCtxRetain"));
        assertEquals(2, driver.leftovers().size(), "the application's context and stream, nothing else");
        driver = driver(90);
    }

    @Test
    void leavesTheThreadsContextAlone() {
        open();
        long application = driver.newContext();
        CUcontext context = Handles.set(new CUcontext(), application);
        JCudaDriver.cuCtxPushCurrent(context);
        axpy(device, GRID);
        assertThrows(DeviceException.class, () -> device.allocate(2 * MEMORY, "too much"));
        assertEquals(application, driver.currentContext());
        JCudaDriver.cuCtxPopCurrent(context);
        device.close();
        assertEquals(List.of("context " + application), driver.leftovers());
        driver = driver(90);
        device = null;
    }

    @Test
    void servesSeveralThreads() throws Exception {
        open();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Object>> tasks = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                Launch launch = i % 2 == 0 ? GRID : GRID.asCooperative();
                tasks.add(() -> {
                    axpy(device, launch);
                    return null;
                });
            }
            for (Future<Object> task : threads.invokeAll(tasks)) {
                task.get();
            }
        } finally {
            threads.shutdown();
        }
        assertEquals(1, driver.count("cuModuleLoadDataEx"));
        assertEquals(List.of(), device.live());
    }

    @Test
    void closesOnceAndRefusesUseAfterIt() {
        open();
        Stream stream = device.stream();
        Event event = device.event();
        HostMemory host = device.allocateHost(16);
        DeviceMemory memory = device.allocate(16, "x");
        long address = memory.address();
        memory.close();
        memory.close();
        event.close();
        host.close();
        assertThrows(IllegalStateException.class, memory::address);
        assertThrows(IllegalStateException.class, host::bytes);
        assertThrows(IllegalStateException.class, event::synchronize);
        assertThrows(IllegalStateException.class, () -> stream.record(event));
        assertThrows(IllegalStateException.class, () -> stream.upload(host, 0, address, 4));
        stream.close();
        stream.close();
        assertThrows(IllegalStateException.class, stream::synchronize);
        device.close();
        device.close();
        assertThrows(IllegalStateException.class, device::event);
    }

    @Test
    void memoryMayOutliveItsStream() {
        open();
        Stream stream = device.stream();
        DeviceMemory memory = stream.allocate(1000, "x");
        stream.close();
        memory.close();
        assertEquals(List.of(), device.live());
    }

    @Test
    void listsAndFreesWhatWasForgotten() {
        open();
        Stream stream = device.stream();
        stream.allocate(2000, "forgotten");
        device.allocateHost(16);
        device.event();
        assertEquals(List.of("stream", "2,000 bytes for forgotten (in a stream)", "16 bytes of page-locked host memory",
                "event"), device.live());
        device.close();
        assertEquals(List.of(), device.live());
    }

    @Test
    void checksItsArguments() {
        open();
        try (Stream stream = device.stream(); HostMemory host = device.allocateHost(16);
             DeviceMemory memory = device.allocate(16, "x")) {
            assertThrows(IllegalArgumentException.class, () -> device.allocate(0, "nothing"));
            assertThrows(IllegalArgumentException.class, () -> device.allocateHost(1L << 31));
            assertThrows(IndexOutOfBoundsException.class, () -> stream.upload(host, 8, memory.address(), 9));
            assertThrows(IndexOutOfBoundsException.class, () -> stream.download(memory.address(), host, -1, 4));
            try (JcudaDevice second = JcudaDevice.open(0); Event event = second.event()) {
                assertContains(assertThrows(IllegalArgumentException.class, () -> stream.record(event)),
                        "event was made by another Device object");
            }
            Event foreign = new EmulatorDevice(EmulatorOptions.defaults()).event();
            assertContains(assertThrows(IllegalArgumentException.class, () -> stream.record(foreign)), "EmulatorEvent",
                    "Fake GPU");
        }
    }

    /** A kernel that reads behind the end: the launch is fine, what waits for it fails, and so does all that follows. */
    @Test
    void errorsThatComeLaterAreThrownByTheCallThatWaits() {
        open();
        Stream stream = device.stream();
        DeviceMemory x = device.allocate(4, "x");
        stream.fill(x.address(), 0, 1);
        stream.launch(device.kernel(AXPY, "axpy"), GRID, arguments(1, x, COUNT, x));
        DeviceException late = assertThrows(DeviceException.class, stream::synchronize);
        assertEquals(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, late.code());
        assertContains(late, "cuStreamSynchronize: CUDA_ERROR_ILLEGAL_ADDRESS (700)", "emulator");
        assertEquals(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
                assertThrows(DeviceException.class, () -> stream.fill(x.address(), 0, 1)).code());
        for (Executable next : List.<Executable>of(() -> device.allocate(4, "y"), x::close, device::event, device::stream,
                () -> device.kernel(AXPY, "axpy").occupancy(32, 0), () -> device.kernel(CLUSTERS, "large"), stream::close)) {
            assertEquals(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, assertThrows(DeviceException.class, next).code());
        }
        assertThrows(DeviceException.class, device::close);
        assertEquals(List.of(), device.live());
        List<String> said = driver.takeKernelFailures();
        assertEquals(1, said.size());
        assertContains(said.get(0), "kernel axpy", "Invalid __global__ read of size 4");
        assertEquals(List.of(), driver.leftovers(), "the context, and all that was in it");
        axpy(open(), GRID);
    }

    /** What another library allocated, from an address in the middle of it. */
    @Test
    void takesAddressesOfOthers() {
        open();
        CUcontext primary = new CUcontext();
        CUdevice ordinal = new CUdevice();
        JCudaDriver.cuDeviceGet(ordinal, 0);
        JCudaDriver.cuDevicePrimaryCtxRetain(primary, ordinal);
        JCudaDriver.cuCtxPushCurrent(primary);
        CUdeviceptr theirs = new CUdeviceptr();
        JCudaDriver.cuMemAlloc(theirs, 4 * COUNT);
        long middle = Handles.get(theirs) + 4 * (COUNT - 2);
        try (Stream stream = device.stream(); HostMemory host = device.allocateHost(8)) {
            stream.fill(Handles.get(theirs), Float.floatToRawIntBits(3), COUNT);
            stream.launch(device.kernel(AXPY, "axpy"), Launch.of(1, 32),
                    new Arguments().float32(2).address(middle).int32(2).int32(1).address(middle));
            stream.download(middle, host, 0, 8);
            stream.synchronize();
            assertEquals(3, host.bytes().getFloat(0));
            assertEquals(9, host.bytes().getFloat(4));
        }
        assertEquals(List.of(), device.live(), "not ours");
        JCudaDriver.cuMemFree(theirs);
        JCudaDriver.cuCtxPopCurrent(primary);
        JCudaDriver.cuDevicePrimaryCtxRelease(ordinal);
    }

    @Test
    void throwsItsOwnExceptionThoughJCudaWasToldToThrow() {
        open();
        JCudaDriver.setExceptionsEnabled(true);
        try {
            assertEquals(CUresult.CUDA_ERROR_OUT_OF_MEMORY,
                    assertThrows(DeviceException.class, () -> device.allocate(2 * MEMORY, "x")).code());
        } finally {
            JCudaDriver.setExceptionsEnabled(false);
        }
    }

    @Test
    void aFailedConstructionLeavesNothing() {
        open();
        driver.failNext("cuStreamCreate", CUresult.CUDA_ERROR_OUT_OF_MEMORY);
        assertThrows(DeviceException.class, device::stream);
        assertFalse(driver.leftovers().stream().anyMatch(left -> left.startsWith("host memory")));
        device.close();
        driver.failNext("cuDeviceTotalMem", CUresult.CUDA_ERROR_NOT_SUPPORTED);
        assertThrows(DeviceException.class, () -> JcudaDevice.open(0));
        assertEquals(List.of(), driver.leftovers(), "the primary context is given back");
    }

    /** The GPU of the context decides, not the first one. */
    @Test
    void aContextIsJudgedByItsOwnGpu() {
        driver.withGpu(EmulatorOptions.defaults().architecture(90)).capability(0, 70);
        JCudaDriver.cuInit(0);
        long old = driver.newContext(0);
        long fine = driver.newContext(1);
        assertContains(assertThrows(IllegalStateException.class, () -> JcudaDevice.ofContext(old)), "compute capability 7.0");
        CUcontext context = Handles.set(new CUcontext(), fine);
        JCudaDriver.cuCtxPushCurrent(context);
        try (JcudaDevice given = JcudaDevice.ofContext(fine); JcudaDevice current = JcudaDevice.ofCurrentContext()) {
            axpy(given, GRID);
            axpy(current, GRID);
        }
        JCudaDriver.cuCtxPopCurrent(context);
        driver.destroyContext(old);
        driver.destroyContext(fine);
    }

    /** The driver that is played takes no machine code of another architecture, nor does a real one. */
    @Test
    void machineCodeOfAnotherArchitectureIsRefused() {
        driver = driver(80);
        open();
        ByteBuffer code = ByteBuffer.allocateDirect(AXPY.cubin(90).length).put(AXPY.cubin(90));
        assertEquals(CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU, device.context().attempt(() ->
                JCudaDriver.cuModuleLoadDataJIT(new CUmodule(), Pointer.to(code), new JITOptions())));
    }

    /** Whatever fails when something is closed, it is not lost from sight, and can be closed again. */
    @Test
    void whatCouldNotBeClosedIsClosedLater() {
        open();
        Stream stream = device.stream();
        addressOf(stream, 1000);
        addressOf(stream, 5000);
        DeviceMemory memory = device.allocate(4, "x");
        driver.failNext("cuMemFree", CUresult.CUDA_ERROR_NOT_PERMITTED);
        assertThrows(DeviceException.class, memory::close);
        assertThrows(IllegalStateException.class, memory::address);
        assertEquals(List.of("stream", "4 bytes for x"), device.live());
        memory.close();
        for (String function : List.of("cuStreamSynchronize", "cuMemFree", "cuMemFreeHost", "cuStreamDestroy")) {
            driver.failNext(function, CUresult.CUDA_ERROR_NOT_PERMITTED);
            assertEquals(function, assertThrows(DeviceException.class, stream::close).call());
            assertEquals(List.of("stream"), device.live());
        }
        stream.close();
        assertEquals(List.of(), device.live());
    }

    /** Though what it used was allocated later, and is freed earlier. */
    @Test
    void closingWaitsForWorkOfOpenStreams() {
        long application = driver.newContext();
        device = JcudaDevice.ofContext(application);
        for (Stream stream : List.of(device.stream(), device.stream(driver.newStream(application)))) {
            DeviceMemory x = device.allocate(4 * COUNT, "x");
            stream.fill(x.address(), 0, COUNT);
            stream.launch(device.kernel(AXPY, "axpy"), GRID, arguments(1, x, COUNT, x));
        }
        device.close();
        assertEquals(2, driver.leftovers().size(), () -> "the application's context and stream: " + driver.leftovers());
        assertEquals(List.of(), driver.takeKernelFailures());
        driver = driver(90);
    }

    @Test
    void saysWhatTheDriverLacks() {
        driver.version(11_08_0);
        assertContains(new JcudaProvider().obstacle().orElseThrow(), "too old", "CUDA 11.8", "12.0");
        driver.version(12_09_0).withoutGpus();
        assertContains(new JcudaProvider().obstacle().orElseThrow(), "no GPU");
        assertThrows(IllegalStateException.class, new JcudaProvider()::open);
        driver = driver(90).capability(0, 70);
        assertContains(new JcudaProvider().obstacle().orElseThrow(), "compute capability 7.0", "7.5");
        driver = driver(90);
        assertTrue(new JcudaProvider().obstacle().isEmpty());
        assertContains(assertThrows(IllegalStateException.class, () -> JcudaDevice.open(1)), "no GPU 1", "shows 1");
        assertContains(assertThrows(IllegalStateException.class, () -> JcudaDevice.open(-1)), "no GPU -1", "shows 1");
        driver.failNext("cuDeviceGetCount", CUresult.CUDA_ERROR_SYSTEM_NOT_READY);
        assertContains(new JcudaProvider().obstacle().orElseThrow(), "cuDeviceGetCount: CUDA_ERROR_SYSTEM_NOT_READY");
    }

    /** A GPU that is there, but gives no context: the next best engine is taken. */
    @Test
    void theAutomaticChoicePassesOverAGpuThatIsTaken() {
        driver.failNext("cuDevicePrimaryCtxRetain", CUresult.CUDA_ERROR_DEVICE_UNAVAILABLE);
        try (RnnEngine engine = Engines.best()) {
            assertTrue(engine.name().startsWith("cpu"), engine.name());
        }
        driver.failNext("cuDevicePrimaryCtxRetain", CUresult.CUDA_ERROR_DEVICE_UNAVAILABLE);
        assertContains(assertThrows(DeviceException.class, () -> Engines.get("cuda")), "(46)", "another process has the GPU");
        try (RnnEngine engine = Engines.best()) {
            assertEquals("cuda", engine.name());
        }
    }

    private static void assertContains(Throwable thrown, String... parts) {
        assertContains(thrown.getMessage(), parts);
    }

    private static void assertContains(String text, String... parts) {
        for (String part : parts) {
            assertTrue(text.contains(part), () -> "\"" + part + "\" is not in: " + text);
        }
    }
}
