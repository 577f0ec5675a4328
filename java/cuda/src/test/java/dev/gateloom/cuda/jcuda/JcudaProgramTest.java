package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.device.DeviceException;
import java.nio.ByteBuffer;
import java.util.List;
import jcuda.Pointer;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import jcuda.driver.JITOptions;
import org.junit.jupiter.api.Test;

/** Which code of a program is loaded, and what is said if none can be. */
class JcudaProgramTest extends PlayedDriver {

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

    /** The driver that is played takes no machine code of another architecture, nor does a real one. */
    @Test
    void machineCodeOfAnotherArchitectureIsRefused() {
        driver = driver(80);
        open();
        ByteBuffer code = ByteBuffer.allocateDirect(AXPY.cubin(90).length).put(AXPY.cubin(90));
        assertEquals(CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU, device.context().attempt(() ->
                JCudaDriver.cuModuleLoadDataJIT(new CUmodule(), Pointer.to(code), new JITOptions())));
    }
}
