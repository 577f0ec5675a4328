package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.cuda.jcuda.PlayedGpu;
import dev.gateloom.nn.Operations;
import dev.gateloom.nn.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A trainer's products on a GPU whose user has cuBLAS. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "JCuda's natives and the played driver are for it")
class CublasOperationsTest {

    /** Eighths, whose sums have no rounding: the bits are those of the CPU. */
    @Test
    void products() {
        int m = 5;
        int n = 7;
        int k = 9;
        try (PlayedGpu gpu = new PlayedGpu(); CudaEngine engine = CudaEngine.on(gpu.device())) {
            assertEquals(Products.CUBLAS, engine.products());
            for (int flags = 0; flags < 8; flags++) {
                boolean add = (flags & 4) > 0;
                Tensor a = eighths(m * k);
                Tensor b = eighths(k * n);
                Tensor onCpu = eighths(m * n);
                Tensor onGpu = eighths(m * n);
                for (Operations operations : List.of(Operations.of(null), Operations.of(engine))) {
                    Tensor c = operations instanceof CudaOperations ? onGpu : onCpu;
                    operations.gemm((flags & 1) > 0, (flags & 2) > 0, m, n, k, a, 0, b, 0, add, c, 0);
                }
                assertArrayEquals(onCpu.values(), onGpu.values());
            }
        }
    }

    private static Tensor eighths(int size) {
        Tensor t = new Tensor(size);
        for (int i = 0; i < size; i++) {
            t.values()[i] = (7 * i % 17 - 8) / 8f;
        }
        return t;
    }
}
