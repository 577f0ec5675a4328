package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.EngineOptions;
import dev.gateloom.RnnEngine;
import dev.gateloom.cuda.DeviceCallEngine;
import jcuda.driver.CUcontext;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The engine as another trainer embeds it: in its context, on its streams, with its device memory; and with cuBLAS. */
class JcudaDeviceCallConformanceTest extends PathConformance {
    private CUcontext context;

    @BeforeAll
    void makeContext() {
        JCudaDriver.cuInit(0);
        context = Handles.set(new CUcontext(), driver().newContext());
        JCudaDriver.cuCtxPushCurrent(context);
    }

    @Override
    public RnnEngine newEngine(EngineOptions options) {
        RnnEngine engine = DeviceCallEngine.owning(JcudaDevice.ofCurrentContext());
        assertTrue(engine.description().endsWith(", cuBLAS"), engine.description());
        return engine;
    }

    @AfterAll
    void destroyContext() {
        if (context != null) {
            engine().close();
            JCudaDriver.cuCtxPopCurrent(context);
            driver().destroyContext(Handles.get(context));
        }
    }
}
