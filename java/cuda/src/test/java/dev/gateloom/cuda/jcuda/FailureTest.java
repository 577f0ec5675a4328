package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.Initializer;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cuda.CudaPlan;
import dev.gateloom.cuda.Strategy;
import dev.gateloom.device.Arguments;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Event;
import dev.gateloom.device.Graph;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Program;
import dev.gateloom.device.Stream;
import dev.gateloom.kernels.Kernels;
import dev.gateloom.ptx.EmulatorOptions;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jcuda.driver.CUresult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever code whatever function of the driver answers with becomes one exception that says both. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "JCuda's natives and the played driver are for it")
class FailureTest {
    private static final Program AXPY = new Program("axpy", FailureTest.class);
    private static final Map<String, Consumer<Things>> USES = new TreeMap<>();

    static {
        USES.put("cuDriverGetVersion", t -> JcudaDevice.open(0));
        USES.put("cuDeviceGetCount", t -> JcudaDevice.open(0));
        USES.put("cuDeviceGet", t -> JcudaDevice.open(0));
        USES.put("cuDeviceGetAttribute", t -> JcudaDevice.open(0));
        USES.put("cuDeviceTotalMem", t -> JcudaDevice.open(0));
        USES.put("cuDevicePrimaryCtxRetain", t -> JcudaDevice.open(0));
        USES.put("cuCtxGetDevice", t -> JcudaDevice.ofContext(t.driver.newContext()));
        USES.put("cuCtxGetCurrent", t -> t.device.event());
        USES.put("cuCtxPushCurrent", t -> t.device.event());
        USES.put("cuModuleLoadDataEx", t -> t.device.kernel(AXPY, "axpy"));
        USES.put("cuModuleGetFunction", t -> t.device.kernel(AXPY, "axpy"));
        USES.put("cuFuncGetAttribute", t -> t.device.kernel(AXPY, "axpy"));
        USES.put("cuFuncSetAttribute", t -> t.device.kernel(AXPY, "axpy").allowSharedBytes(60 << 10));
        USES.put("cuOccupancyMaxActiveBlocksPerMultiprocessor", t -> t.device.kernel(AXPY, "axpy").occupancy(32, 0));
        USES.put("cuLaunchKernel", t -> t.launch(Launch.of(3, 32)));
        USES.put("cuLaunchCooperativeKernel", t -> t.launch(Launch.of(3, 32).asCooperative()));
        USES.put("cuMemAlloc", t -> t.device.allocate(4, "weights"));
        USES.put("cuMemFree", t -> t.memory.close());
        USES.put("cuMemHostAlloc", t -> t.device.allocateHost(4));
        USES.put("cuMemFreeHost", t -> t.host.close());
        USES.put("cuMemcpyHtoDAsync", t -> t.stream.upload(t.host, 0, t.memory.address(), 4));
        USES.put("cuMemcpyDtoHAsync", t -> t.stream.download(t.memory.address(), t.host, 0, 4));
        USES.put("cuMemcpyDtoDAsync", t -> t.stream.copy(t.memory.address(), t.memory.address() + 4, 4));
        USES.put("cuMemsetD32Async", t -> t.stream.fill(t.memory.address(), 0, 1));
        USES.put("cuStreamCreate", t -> t.device.stream());
        USES.put("cuStreamDestroy", t -> t.stream.close());
        USES.put("cuStreamSynchronize", t -> t.stream.synchronize());
        USES.put("cuStreamIsCapturing", t -> t.stream.allocate(4, "weights"));
        USES.put("cuStreamWaitEvent", t -> t.stream.await(t.event));
        USES.put("cuStreamBeginCapture", t -> t.stream.beginCapture());
        USES.put("cuStreamEndCapture", t -> t.capture());
        USES.put("cuGraphInstantiateWithFlags", t -> t.capture());
        USES.put("cuGraphDestroy", t -> t.capture());
        USES.put("cuGraphLaunch", t -> t.stream.launch(t.capture()));
        USES.put("cuGraphExecDestroy", t -> t.capture().close());
        USES.put("cuEventCreate", t -> t.device.event());
        USES.put("cuEventRecord", t -> t.stream.record(t.event));
        USES.put("cuEventSynchronize", t -> t.event.synchronize());
        USES.put("cuEventElapsedTime", t -> t.event.millisecondsSince(t.event));
        USES.put("cuEventDestroy", t -> t.event.close());
        USES.put("cuModuleUnload", t -> {
            t.device.kernel(AXPY, "axpy");
            t.device.close();
        });
        USES.put("cuDevicePrimaryCtxRelease", t -> t.device.close());
    }

    private Things things;

    /** A device, and one of each thing that it makes. */
    private static final class Things {
        private final FakeDriver driver = new FakeDriver(EmulatorOptions.defaults().architecture(90), List.of(AXPY));
        private final JcudaDevice device = JcudaDevice.open(0);
        private final Stream stream = device.stream();
        private final Event event = device.event();
        private final DeviceMemory memory = device.allocate(8, "memory");
        private final HostMemory host = device.allocateHost(8);

        void launch(Launch launch) {
            stream.launch(device.kernel(AXPY, "axpy"), launch,
                    new Arguments().float32(1).address(memory.address()).int32(0).int32(0).address(memory.address()));
        }

        Graph capture() {
            stream.beginCapture();
            stream.fill(memory.address(), 0, 1);
            return stream.endCapture();
        }

        /** Each by itself: what a call that failed has left behind cannot be closed in order. */
        void close() {
            for (AutoCloseable thing : List.of(memory, host, event, stream, device)) {
                try {
                    thing.close();
                } catch (DeviceException e) {
                    assertTrue(e.code() != CUresult.CUDA_SUCCESS);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    @BeforeAll
    static void installDriver() {
        FakeLibrary.install();
    }

    @BeforeEach
    void makeThings() {
        things = new Things();
    }

    @AfterEach
    void closeThings() {
        things.close();
    }

    static Set<String> functions() {
        return USES.keySet();
    }

    @ParameterizedTest
    @MethodSource("functions")
    void everyFunctionIsChecked(String function) {
        things.driver.failNext(function, CUresult.CUDA_ERROR_SYSTEM_NOT_READY);
        DeviceException failure = assertThrows(DeviceException.class, () -> USES.get(function).accept(things));
        assertEquals(CUresult.CUDA_ERROR_SYSTEM_NOT_READY, failure.code());
        assertTrue(function.startsWith(failure.call()), failure.call());
        assertTrue(failure.getMessage().contains("CUDA_ERROR_SYSTEM_NOT_READY (802)"), failure.getMessage());
    }

    /** All that the library exports, which is all that the device calls. */
    @Test
    void noFunctionIsForgotten() throws IOException {
        Set<String> exported = new TreeSet<>();
        Matcher name = Pattern.compile("^(?:F\\d+\\(|JNIEXPORT int )(cu[A-Za-z0-9]+)", Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("src", "test", "c", "libcuda.c")));
        while (name.find()) {
            exported.add(name.group(1));
        }
        assertTrue(exported.size() > 40, exported.toString());
        exported.remove("cuInit");                  // its failure is an obstacle, not an exception
        exported.remove("cuDeviceGetName");         // answered in C
        exported.remove("cuMemGetInfo");            // part of a message, left out if it fails
        exported.remove("cuThreadExchangeStreamCaptureMode");       // the call that it is made for says more
        exported.remove("cuCtxPopCurrent");         // would leave this thread with the wrong context
        assertEquals(exported, USES.keySet());
    }

    /** What a call with host memory had queued before it failed still uses the plan's memory. */
    @Test
    void aPlanWaitsForWhatAFailedCallLeft() {
        things.close();
        FakeDriver driver = new FakeDriver(EmulatorOptions.defaults(), Kernels.names().stream().map(Kernels::program).toList());
        RnnConfig config = RnnConfig.of(CellType.GRU, 3, 4).build();
        try (RnnEngine engine = CudaEngine.owning(JcudaDevice.open(0));
             RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1))) {
            try (RnnPlan plan = engine.plan(config, Shape.of(2, 1), Mode.INFERENCE)) {
                driver.failNext("cuMemcpyDtoHAsync", CUresult.CUDA_ERROR_SYSTEM_NOT_READY);
                assertThrows(DeviceException.class, () -> plan.forward(weights, new float[6], null, null, new float[8], null));
            }
        }
        assertEquals(List.of(), driver.takeKernelFailures());
        assertEquals(List.of(), driver.leftovers());
    }

    /** What was made before it stays with nobody. */
    @Test
    void aGraphThatCannotBeFinishedIsFreed() {
        for (String function : List.of("cuGraphInstantiateWithFlags", "cuGraphDestroy")) {
            Things some = new Things();
            List<String> before = some.driver.leftovers().stream().filter(line -> line.contains("exec")).toList();
            some.driver.failNext(function, CUresult.CUDA_ERROR_SYSTEM_NOT_READY);
            assertThrows(DeviceException.class, some::capture);
            assertEquals(before, some.driver.leftovers().stream().filter(line -> line.contains("exec")).toList());
            some.close();
        }
    }

    /** A driver that cannot capture is no obstacle: launches follow each other. */
    @Test
    void aPlanDoesWithoutGraphs() {
        things.close();
        RnnConfig config = RnnConfig.of(CellType.GRU, 3, 4).layers(2).build();
        float[] x = {1, 2, 3, 4, 5, 6};
        float[][] y = new float[3][8];
        List<String> functions = List.of("none", "cuStreamBeginCapture", "cuGraphInstantiateWithFlags");
        for (int n = 0; n < y.length; n++) {
            FakeDriver driver = new FakeDriver(EmulatorOptions.defaults(), Kernels.names().stream().map(Kernels::program).toList());
            try (CudaEngine engine = CudaEngine.owning(JcudaDevice.open(0), Strategy.D, Precision.FP32);
                 RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
                 CudaPlan plan = engine.plan(config, Shape.of(2, 1), Mode.INFERENCE)) {
                if (n > 0) {
                    driver.failNext(functions.get(n), CUresult.CUDA_ERROR_NOT_SUPPORTED);
                }
                plan.forward(weights, x, null, null, y[n], null);
                assertEquals(n > 0, plan.strategy().contains("refused to capture a graph"), plan::strategy);
                assertEquals(n == 0 ? 1 : 0, driver.count("cuGraphLaunch"));
            }
            assertArrayEquals(y[0], y[n], functions.get(n));
            assertEquals(List.of(), driver.leftovers());
        }
    }

    /** What fails while a kernel runs shows at a later call, which is not to blame, be it a launch itself. */
    @Test
    void aLaunchIsNotBlamedForAnEarlierOne() {
        things.launch(Launch.of(3, 32));
        things.driver.failNext("cuLaunchCooperativeKernel", CUresult.CUDA_ERROR_ILLEGAL_ADDRESS);
        DeviceException later = assertThrows(DeviceException.class, () -> things.launch(Launch.of(3, 32).asCooperative()));
        assertNull(later.kernel());
        assertTrue(later.getMessage().contains("; launched last before it was kernel axpy of axpy; a kernel that was launched before "
                + "this call failed while it ran, not always the last one, and the context is lost"), later.getMessage());
        try (Graph graph = things.capture()) {
            things.stream.launch(graph);
        }
        things.driver.failNext("cuStreamSynchronize", CUresult.CUDA_ERROR_LAUNCH_TIMEOUT);
        later = assertThrows(DeviceException.class, things.stream::synchronize);
        assertTrue(later.getMessage().contains("LAUNCH_TIMEOUT (702), launched last before it was a graph; a kernel"), later.getMessage());
    }

    @Test
    void everyCodeBecomesAnException() throws IllegalAccessException {
        for (Field field : CUresult.class.getFields()) {
            int code = field.getType() == int.class ? field.getInt(null) : CUresult.CUDA_SUCCESS;
            if (code != CUresult.CUDA_SUCCESS) {
                things.driver.failNext("cuLaunchKernel", code);
                DeviceException failure = assertThrows(DeviceException.class, () -> things.launch(Launch.of(3, 32)));
                assertEquals(code, failure.code());
                assertEquals("cuLaunchKernel", failure.call());
                boolean earlier = Results.isOfEarlierWork(code);
                assertEquals(earlier ? null : "axpy", failure.kernel(), failure.getMessage());
                assertEquals(earlier ? null : Launch.of(3, 32), failure.launch());
                assertEquals(0, failure.clusterBlocks());
                assertTrue(failure.getMessage().startsWith("cuLaunchKernel: " + CUresult.stringFor(code) + " (" + code
                        + "), kernel axpy of axpy <<<(3, 1, 1), (32, 1, 1), 0>>> with 5 arguments of 32 bytes"),
                        failure.getMessage());
            }
        }
    }
}
