package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.EngineOptions;
import dev.gateloom.RnnEngine;
import dev.gateloom.conformance.EngineConformance;
import dev.gateloom.cuda.model.ModelDevice;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/** Step by step: the launchers, above kernels that do in plain Java what their headers say. */
class ModelConformanceTest extends EngineConformance {
    private final ModelDevice device = new ModelDevice();

    ModelConformanceTest() {
        super(CudaEngine.NAME);
    }

    @Override
    public RnnEngine newEngine(EngineOptions options) {
        return CudaEngine.on(device, Strategy.D);
    }

    /** After the suite closed its engine. */
    @AfterAll
    void nothingIsLeft() {
        engine().close();
        assertEquals(List.of(), device.live());
    }
}
