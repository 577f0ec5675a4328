package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Event;
import dev.gateloom.device.Graph;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Stream;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Test;

/** The device over a driver that is played: what it tells, events, graphs, threads, and its end. */
class JcudaDeviceTest extends PlayedDriver {

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
        assertEquals(FakeGpu.L2, device.properties().l2());
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
}
