package dev.gateloom.cuda.jcuda;

import dev.gateloom.EngineOptions;
import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.conformance.Unsupported;
import dev.gateloom.cuda.DeviceCallEngine;
import dev.gateloom.cudnn.CudnnAlgorithm;
import dev.gateloom.cudnn.CudnnEngine;

/** Engine cudnn with the caller's tensors in device memory, most of which a played cuDNN reads and writes where they are. */
class CudnnDeviceCallConformanceTest extends PathConformance {

    @Override
    public RnnEngine newEngine(EngineOptions options) {
        JcudaDevice device = JcudaDevice.open(0);
        CudnnEngine engine = CudnnEngine.owning(device, CudnnAlgorithm.STANDARD, Precision.FP32);
        return DeviceCallEngine.ofLibrary(device, engine, engine::plan);
    }

    @Override
    public Unsupported unsupported() {
        return CudnnConformanceTest.gaps();
    }
}
