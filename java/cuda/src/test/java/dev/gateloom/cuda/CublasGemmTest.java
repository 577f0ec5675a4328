package dev.gateloom.cuda;

import dev.gateloom.Precision;
import dev.gateloom.cuda.jcuda.PlayedGpu;
import dev.gateloom.device.Device;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** cuBLAS, through JCublas2, as it is played. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "JCuda's natives and the played driver are for it")
class CublasGemmTest extends GemmConformance {
    private static PlayedGpu gpu;

    @BeforeAll
    static void open() {
        gpu = new PlayedGpu();
    }

    @AfterAll
    static void close() {
        if (gpu != null) {      // else there is no C compiler
            gpu.close();
        }
    }

    @Override
    Device device() {
        return gpu.device();
    }

    @Override
    Gemm gemm(Tensors t, Precision precision, RoundedFactors rounded, PartialSums sums) {
        return new CublasGemm(t.device, t.workspace(), precision, rounded);
    }
}
