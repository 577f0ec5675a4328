package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import dev.gateloom.device.Arguments;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Stream;
import dev.gateloom.ptx.EmulatorOptions;
import java.util.List;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Test;

/** Whose context it is, and which GPU. */
class JcudaContextTest extends PlayedDriver {

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
            assertNotEquals("cuda", engine.name());
        }
        driver.failNext("cuDevicePrimaryCtxRetain", CUresult.CUDA_ERROR_DEVICE_UNAVAILABLE);
        assertContains(assertThrows(DeviceException.class, () -> Engines.get("cuda")), "(46)", "another process has the GPU");
        try (RnnEngine engine = Engines.best()) {
            assertEquals("cuda", engine.name());
        }
    }
}
