package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gateloom.EngineOptions;
import dev.gateloom.Engines;
import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.conformance.EngineConformance;
import dev.gateloom.conformance.Unsupported;
import dev.gateloom.cuda.DeviceCallEngine;
import dev.gateloom.cudnn.CudnnAlgorithm;
import dev.gateloom.cudnn.CudnnEngine;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The suite through NVIDIA's own cuDNN on this machine's GPU, if there is one: {@code -Pgpu} alone selects it. */
class CudnnConformanceOnGpu {

    abstract static class OnGpu extends EngineConformance {
        OnGpu() {
            super("cudnn");
        }

        /** Nobody needs cuDNN. */
        @BeforeAll
        static void isThere() {
            Engines.Info cudnn = Engines.list().stream().filter(engine -> engine.name().equals("cudnn")).findFirst().orElseThrow();
            assumeTrue(cudnn.ready(), cudnn.reason());
        }

        @Override
        public Unsupported unsupported() {
            return CudnnConformanceTest.gaps();
        }
    }

    @Nested
    class HostMemory extends OnGpu {
    }

    /** Where cuDNN reads and writes the caller's tensors. */
    @Nested
    class DeviceMemory extends OnGpu {
        @Override
        public RnnEngine newEngine(EngineOptions options) {
            JcudaDevice device = (JcudaDevice) new JcudaProvider().open();
            CudnnEngine engine = CudnnEngine.owning(device, CudnnAlgorithm.STANDARD, Precision.FP32);
            return DeviceCallEngine.ofLibrary(device, engine, engine::plan);
        }
    }
}
