package dev.gateloom.bench;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bench/run} builds what this module depends on: nobody should download NVIDIA's compiler for a benchmark of the CPU. */
class DependenciesTest {

    @ParameterizedTest
    @ValueSource(strings = {"dev.gateloom.kernels.Kernels", "dev.gateloom.cuda.CudaEngine", "dev.gateloom.ptx.EmulatorDevice",
        "dev.gateloom.cli.Gateloom"})
    void theKernelsAreNone(String type) {
        assertThrows(ClassNotFoundException.class, () -> Class.forName(type));
    }
}
