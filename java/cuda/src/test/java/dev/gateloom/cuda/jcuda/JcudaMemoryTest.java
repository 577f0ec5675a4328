package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cuda.Products;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Stream;
import java.util.List;
import jcuda.driver.CUresult;
import org.junit.jupiter.api.Test;

/** Memory of the device and of its streams. */
class JcudaMemoryTest extends PlayedDriver {

    @Test
    void outOfMemoryListsWhatIsAllocated() {
        open();
        try (DeviceMemory small = device.allocate(4096, "biases");
             DeviceMemory large = device.allocate(MEMORY / 2, "reserve of layer 1")) {
            assertNotEquals(small.address(), large.address());
            DeviceException refused = assertThrows(DeviceException.class, () -> device.allocate(MEMORY, "weights"));
            assertEquals(CUresult.CUDA_ERROR_OUT_OF_MEMORY, refused.code());
            assertEquals(MEMORY + MEMORY / 2 + 4096, refused.bytesNeeded());
            assertContains(refused, "1,048,576 bytes for weights", "free are 520,192 bytes of 1,048,576 bytes",
                    "528,384 bytes are allocated here", "524,288 bytes for reserve of layer 1", "4,096 bytes for biases");
            assertTrue(refused.getMessage().indexOf("reserve") < refused.getMessage().indexOf("biases"));
        }
    }

    /** The driver itself needs memory, too: for code, for graphs, for page-locked memory. */
    @Test
    void everyCallThatIsOutOfMemoryListsIt() {
        open();
        try (DeviceMemory weights = device.allocate(4096, "weights"); HostMemory staging = device.allocateHost(512)) {
            assertNotEquals(0, weights.address());
            assertEquals(512, staging.bytes().capacity());
            String account = "free are 1,044,480 bytes of 1,048,576 bytes; 4,096 bytes are allocated here:\n  4,096 bytes for weights\n"
                    + "512 bytes of the host are page-locked here:\n  512 bytes of page-locked host memory";
            for (String call : List.of("cuMemHostAlloc", "cuStreamCreate", "cuModuleLoadDataEx")) {
                driver.failNext(call, CUresult.CUDA_ERROR_OUT_OF_MEMORY);
                assertContains(assertThrows(DeviceException.class, () -> {
                    device.allocateHost(1024).close();
                    device.stream().close();
                    device.kernel(AXPY, "axpy");
                }), call + ": CUDA_ERROR_OUT_OF_MEMORY (2)", account);
            }
        }
    }

    /** On a GPU of this generation cuBLAS needs 32 MiB to work in. */
    @Test
    void tooLittleForCublasIsNoReasonToDoWithout() {
        try (CudaEngine engine = CudaEngine.on(open())) {
            assertEquals(Products.CUBLAS, engine.products());
            assertContains(engine.description(), "cuBLAS (not tried yet for lack of memory: cuMemAlloc answers CUDA_ERROR_OUT_OF_MEMORY)");
            assertContains(assertThrows(DeviceException.class, engine::operations), "for workspace of cuBLAS", "free are ");
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

    @Test
    void memoryMayOutliveItsStream() {
        open();
        Stream stream = device.stream();
        DeviceMemory memory = stream.allocate(1000, "x");
        stream.close();
        memory.close();
        assertEquals(List.of(), device.live());
    }
}
