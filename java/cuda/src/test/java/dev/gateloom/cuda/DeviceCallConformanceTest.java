package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.EngineOptions;
import dev.gateloom.RnnEngine;
import dev.gateloom.conformance.EngineConformance;
import dev.gateloom.cuda.model.ModelDevice;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/** The calls with device memory, above kernels that do in plain Java what their headers say. */
class DeviceCallConformanceTest extends EngineConformance {
    private final ModelDevice device = new ModelDevice();

    DeviceCallConformanceTest() {
        super(CudaEngine.NAME);
    }

    @Override
    public RnnEngine newEngine(EngineOptions options) {
        return DeviceCallEngine.on(device);
    }

    /** {@code ModelConformanceTest} solves all of them with the same kernels. */
    @Override
    public int oneProblemOf() {
        return 5;
    }

    /** After the suite closed its engine. */
    @AfterAll
    void nothingIsLeft() {
        engine().close();
        assertEquals(List.of(), device.live());
    }
}
