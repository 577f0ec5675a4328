package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.device.Device;
import dev.gateloom.kernels.Kernels;
import dev.gateloom.ptx.EmulatorOptions;
import java.util.List;

/** A GPU whose driver and cuBLAS are played: what a user's program opens, down to JCuda and its native library. */
public final class PlayedGpu implements AutoCloseable {
    private final FakeDriver driver;
    private final JcudaDevice device;

    /** Without a C compiler the test is skipped, which CI forbids. */
    public PlayedGpu() {
        this(EmulatorOptions.defaults());
    }

    /** One of a certain architecture or memory. */
    public PlayedGpu(EmulatorOptions options) {
        FakeLibrary.install();
        driver = new FakeDriver(options, Kernels.names().stream().map(Kernels::program).toList());
        device = JcudaDevice.open(0);
    }

    public Device device() {
        return device;
    }

    /** How often a function of the driver or of a library was called. */
    public long calls(String function) {
        return driver.count(function);
    }

    /** The next call of a function fails. */
    public void failNext(String function, int code) {
        driver.failNext(function, code);
    }

    FakeDriver driver() {
        return driver;
    }

    /** Nothing was refused, nothing is left. */
    @Override
    public void close() {
        assertEquals(List.of(), device.live());
        device.close();
        assertEquals(List.of(), driver.takeKernelFailures());
        assertEquals(List.of(), driver.takeRefusals());
        assertEquals(List.of(), driver.leftovers());
    }
}
