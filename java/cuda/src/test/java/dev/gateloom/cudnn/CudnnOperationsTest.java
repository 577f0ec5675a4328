package dev.gateloom.cudnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.cuda.CudaOperations;
import dev.gateloom.cuda.jcuda.PlayedGpu;
import dev.gateloom.nn.Operations;
import dev.gateloom.nn.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A trainer's other layers beside cuDNN: on its GPU, multiplied by cuBLAS, until the engine is closed. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "JCuda's natives and the played driver are for it")
class CudnnOperationsTest {

    @Test
    void runOnTheEnginesGpuUntilItIsClosed() {
        try (PlayedGpu gpu = new PlayedGpu()) {
            CudnnEngine engine = CudnnEngine.on(gpu.device());
            Operations operations = assertInstanceOf(CudaOperations.class, Operations.of(engine));
            assertSame(operations, Operations.of(engine), "one for all layers");
            Tensor a = ascending(2, 3);
            Tensor b = ascending(3, 4);
            Tensor c = new Tensor(2, 4);
            Tensor onCpu = new Tensor(2, 4);
            long products = gpu.calls("cublasGemmEx");
            operations.gemm(false, false, 2, 4, 3, a, 0, b, 0, false, c, 0);
            Operations.of(null).gemm(false, false, 2, 4, 3, a, 0, b, 0, false, onCpu, 0);
            assertArrayEquals(onCpu.values(), c.values());
            assertEquals(products + 1, gpu.calls("cublasGemmEx"));
            engine.close();
            assertEquals("these operations are closed, as their engine may be",
                    assertThrows(IllegalStateException.class, () -> operations.addScaled(1, a, a)).getMessage());
            assertEquals("this engine is closed", assertThrows(IllegalStateException.class, engine::operations).getMessage());
        }                                       // which asserts that nothing is left of them
    }

    /** Whole numbers, whose sums have no rounding. */
    private static Tensor ascending(int rows, int columns) {
        Tensor t = new Tensor(rows, columns);
        for (int i = 0; i < rows * columns; i++) {
            t.values()[i] = i + 1;
        }
        return t;
    }
}
