package dev.gateloom.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeviceLimitsTest {

    /** A limit that fails costs its shares, and the run its good end: nothing else. */
    @Test
    void whatFailsIsNotedAndTheRestMeasured() {
        try (Device device = Emulated.open()) {
            assertEquals(List.of(), DeviceLimits.measure(device, false).failures());
            Device refusing = (Device) Proxy.newProxyInstance(Device.class.getClassLoader(), new Class<?>[] {Device.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("allocate") && String.valueOf(arguments[1]).startsWith("benchmark: copy")) {
                            throw new DeviceException("cuMemAlloc", 999, "CUDA_ERROR_UNKNOWN", "");
                        }
                        try {
                            return method.invoke(device, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
            DeviceLimits limits = DeviceLimits.measure(refusing, false);
            assertEquals(List.of("copy in device memory: cuMemAlloc: CUDA_ERROR_UNKNOWN (999)"), limits.failures());
            GpuResults results = new GpuResults(ZonedDateTime.now(), "", Map.of(), limits, GpuSettings.emulator(), List.of(), List.of());
            assertTrue(results.failed());
            assertEquals(List.of("FAILED: the device's limit is not known: copy in device memory: cuMemAlloc: CUDA_ERROR_UNKNOWN (999)"),
                    GpuMethod.remarks(results));
            assertEquals(Map.of("limits", "not known, see the notes"), limits.lines());
        }
    }
}
