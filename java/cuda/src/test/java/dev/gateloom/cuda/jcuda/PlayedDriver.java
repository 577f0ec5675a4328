package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Program;
import dev.gateloom.device.Stream;
import dev.gateloom.ptx.EmulatorOptions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * A device over a driver that is played: JCuda's own library makes the calls, the emulator does the work. After each test
 * nothing is left of it.
 */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "JCuda's natives and the played driver are for it")
abstract class PlayedDriver {
    static final Program AXPY = new Program("axpy", PlayedDriver.class);
    static final Program BROKEN = new Program("broken", PlayedDriver.class);
    static final Program CLUSTERS = new Program("clusters", PlayedDriver.class);
    static final Program FUTURE = new Program("future", PlayedDriver.class);
    static final long MEMORY = 1 << 20;
    static final int COUNT = 1000;
    static final Launch GRID = Launch.of(4, 256);

    FakeDriver driver = driver(90);
    JcudaDevice device;

    static FakeDriver driver(int computeCapability) {
        EmulatorOptions options = EmulatorOptions.defaults().architecture(computeCapability).memory(MEMORY);
        return new FakeDriver(options, List.of(AXPY));
    }

    @BeforeAll
    static void installDriver() {
        FakeLibrary.install();
    }

    JcudaDevice open() {
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

    /** y = 2 x + 1 for x = 0, 1, 2, … */
    static void axpy(JcudaDevice device, Launch launch) {
        try (Stream stream = device.stream()) {
            axpy(device, stream, launch);
        }
    }

    static void axpy(JcudaDevice device, Stream stream, Launch launch) {
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

    static Arguments arguments(float a, DeviceMemory x, int count, DeviceMemory y) {
        return new Arguments().float32(a).address(x.address()).int32(count).int32(0).address(y.address());
    }

    static long addressOf(Stream stream, long bytes) {
        try (DeviceMemory memory = stream.allocate(bytes, "test")) {
            return memory.address();
        }
    }

    static void assertContains(Throwable thrown, String... parts) {
        assertContains(thrown.getMessage(), parts);
    }

    static void assertContains(String text, String... parts) {
        for (String part : parts) {
            assertTrue(text.contains(part), () -> "\"" + part + "\" is not in: " + text);
        }
    }
}
