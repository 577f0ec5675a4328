package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import dev.gateloom.ptx.EmulatorOptions;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntSupplier;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUgraph;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An application captures a stream of its own into a graph while we use its context, and neither disturbs the other. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "JCuda's natives and the played driver are for it")
class CaptureTest {
    private static final Program AXPY = new Program("axpy", CaptureTest.class);
    private static final long MEMORY = 1 << 20;
    private static final int GLOBAL = CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_GLOBAL;

    private final ExecutorService otherThread = Executors.newSingleThreadExecutor();
    private FakeDriver driver;
    private long application;
    private long theirs;
    private JcudaDevice device;

    @BeforeAll
    static void installDriver() {
        FakeLibrary.install();
    }

    @BeforeEach
    void open() {
        driver = new FakeDriver(EmulatorOptions.defaults().architecture(90).memory(MEMORY), List.of(AXPY));
        application = driver.newContext();
        theirs = driver.newStream(application);
        device = JcudaDevice.ofContext(application);
    }

    @AfterEach
    void nothingIsLeft() {
        otherThread.shutdown();
        device.close();
        assertEquals(List.of(), driver.takeRefusals());
        assertEquals(List.of(), driver.takeKernelFailures());
        assertEquals(List.of("context " + application, "stream " + theirs), driver.leftovers());
        assertEquals(0, driver.currentContext());
        assertEquals(GLOBAL, driver.captureMode(), "the thread's mode is what it was");
    }

    /** The application's calls, in its context. */
    private int inApplication(IntSupplier call) {
        CUcontext context = Handles.set(new CUcontext(), application);
        JCudaDriver.cuCtxPushCurrent(context);
        int result = call.getAsInt();
        JCudaDriver.cuCtxPopCurrent(context);
        return result;
    }

    private int begin(int mode) {
        return inApplication(() -> JCudaDriver.cuStreamBeginCapture(Handles.set(new CUstream(), theirs), mode));
    }

    /** Its result tells whether something has spoilt the capture. */
    private int end() {
        return inApplication(() -> {
            CUgraph graph = new CUgraph();
            int result = JCudaDriver.cuStreamEndCapture(Handles.set(new CUstream(), theirs), graph);
            if (result == CUresult.CUDA_SUCCESS) {
                JCudaDriver.cuGraphDestroy(graph);
            }
            return result;
        });
    }

    private int onOtherThread(IntSupplier call) {
        try {
            return otherThread.submit(call::getAsInt).get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, true", "0, false", "1, true", "1, false", "2, true", "2, false"})
    void everythingWorksWhileOthersCapture(int mode, boolean here) {
        assertEquals(CUresult.CUDA_SUCCESS, here ? begin(mode) : onOtherThread(() -> begin(mode)));
        useEverything(device);
        try (JcudaDevice primary = JcudaDevice.open(0)) {
            useEverything(primary);
        }
        device.close();
        assertEquals(CUresult.CUDA_SUCCESS, here ? end() : onOtherThread(this::end));
    }

    private static void useEverything(JcudaDevice device) {
        try (Stream stream = device.stream(); Event start = device.event(); Event end = device.event();
             DeviceMemory x = device.allocate(4, "x"); DeviceMemory y = stream.allocate(4, "y");
             HostMemory host = device.allocateHost(4)) {
            Kernel kernel = device.kernel(AXPY, "axpy");
            kernel.allowSharedBytes(60 << 10);
            assertTrue(kernel.occupancy(256, 0) > 0);
            host.bytes().putFloat(0, 5);
            stream.record(start);
            stream.upload(host, 0, x.address(), 4);
            stream.fill(y.address(), 0, 1);
            stream.beginCapture();
            stream.launch(kernel, Launch.of(1, 32),
                    new Arguments().float32(3).address(x.address()).int32(1).int32(0).address(y.address()));
            try (Graph graph = stream.endCapture()) {
                stream.launch(graph);
                stream.launch(graph);
                stream.download(y.address(), host, 0, 4);
                stream.record(end);
                stream.synchronize();
            }
            assertEquals(30, host.bytes().getFloat(0));
            end.synchronize();
            assertTrue(end.millisecondsSince(start) >= 0);
            assertThrows(DeviceException.class, () -> device.allocate(2 * MEMORY, "too much"));
        }
    }

    /** What the tests above rest on: the driver that is played prohibits it, and spoils the capture. */
    @Test
    void whoDoesNotAskSpoilsTheCapture() {
        onOtherThread(() -> begin(GLOBAL));
        assertEquals(CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED,
                inApplication(() -> JCudaDriver.cuMemAlloc(new CUdeviceptr(), 4)));
        assertEquals(CUresult.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, onOtherThread(this::end));
        assertEquals(List.of("cuMemAlloc: prohibited while a stream is captured"), driver.takeRefusals());
    }

    @Test
    void ourCapturesProhibitNothing() {
        try (Stream stream = device.stream()) {
            stream.beginCapture();
            CUdeviceptr memory = new CUdeviceptr();
            assertEquals(CUresult.CUDA_SUCCESS, inApplication(() -> JCudaDriver.cuMemAlloc(memory, 4)));
            assertEquals(CUresult.CUDA_SUCCESS, onOtherThread(() -> inApplication(() -> JCudaDriver.cuMemFree(memory))));
            stream.endCapture().close();
        }
    }

    @Test
    void memoryIsNotReusedWhileItsStreamIsCaptured() {
        try (Stream stream = device.stream()) {
            DeviceMemory memory = stream.allocate(5000, "partial sums");
            long address = memory.address();
            stream.beginCapture();
            stream.fill(address, 0, 1);
            String why = assertThrows(IllegalStateException.class, memory::close).getMessage();
            assertTrue(why.contains("5,000 bytes for partial sums") && why.contains("after the capture"), why);
            assertTrue(device.live().contains("5,000 bytes for partial sums (in a stream)"), device.live().toString());
            try (Graph graph = stream.endCapture(); DeviceMemory other = stream.allocate(5000, "other")) {
                assertNotEquals(address, other.address());
                stream.launch(graph);
                stream.synchronize();
            }
            memory.close();
            assertEquals(address, addressOf(stream, 5000));
        }
    }

    /** As after an exception between begin and end. */
    @Test
    void aStreamMayBeClosedInTheMiddleOfItsCapture() {
        try (DeviceMemory x = device.allocate(4, "x")) {
            Stream stream = device.stream();
            addressOf(stream, 5000);
            stream.beginCapture();
            stream.fill(x.address(), 0, 1);
            stream.close();
        }
        assertEquals(List.of(), device.live());
    }

    /** The view leaves memory that earlier work may use, and the caller's stream must not be waited for. */
    @Test
    void aViewIsClosedAfterTheCapture() {
        Stream view = device.stream(theirs);
        addressOf(view, 5000);
        begin(GLOBAL);
        assertTrue(assertThrows(IllegalStateException.class, view::close).getMessage().contains("after the capture"));
        assertEquals(List.of("view of the caller's stream"), device.live());
        assertEquals(CUresult.CUDA_SUCCESS, end());
        view.close();
        assertEquals(List.of(), device.live());
    }

    /** It orders itself with the application's stream, so the driver answers questions about it with an error of its own. */
    @Test
    void theDefaultStreamIsNotWaitedForWhileOthersCapture() {
        try (Stream stream = device.stream(0)) {
            DeviceMemory kept = stream.allocate(5000, "kept");
            addressOf(stream, MEMORY / 2);
            begin(GLOBAL);
            kept.close();
            addressOf(stream, 5000);
            long waits = driver.count("cuStreamSynchronize");
            assertThrows(DeviceException.class, () -> device.allocate(MEMORY / 4 * 3, "large"));
            assertEquals(waits, driver.count("cuStreamSynchronize"));
            assertEquals(CUresult.CUDA_SUCCESS, end());
            device.allocate(MEMORY / 4 * 3, "large").close();
        }
    }

    /** One stream that fails does not keep the others from giving back what they have. */
    @Test
    void memoryIsFoundThoughAStreamFails() {
        try (Stream one = device.stream(); Stream two = device.stream()) {
            addressOf(one, MEMORY / 8 * 3);
            addressOf(two, MEMORY / 8 * 3);
            driver.failNext("cuStreamIsCapturing", CUresult.CUDA_ERROR_INVALID_HANDLE);
            device.allocate(MEMORY / 2, "large").close();
        }
    }

    private static long addressOf(Stream stream, long bytes) {
        try (DeviceMemory memory = stream.allocate(bytes, "test")) {
            return memory.address();
        }
    }
}
