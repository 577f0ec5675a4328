package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Stream;
import java.util.List;
import jcuda.driver.CUresult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** How launches reach the driver, and what it refuses. */
class JcudaLaunchTest extends PlayedDriver {

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
            assertEquals("axpy", tooLarge.kernel());
            assertEquals(Launch.of(33, 256).asCooperative(), tooLarge.launch());

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
            assertEquals("large", torn.kernel());
            assertEquals(Launch.of(17, 1), torn.launch());
            assertEquals(16, torn.clusterBlocks());
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
        assertNull(late.kernel(), "the driver does not say which it was");
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
}
