package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.Precision;
import dev.gateloom.device.Device;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Our own kernels, from the PTX that ships. */
class OwnGemmTest extends GemmConformance {
    private static Device emulator;

    @BeforeAll
    static void open() {
        emulator = Emulator.open();
    }

    @AfterAll
    static void close() {
        assertEquals(List.of(), emulator.live());
        emulator.close();
    }

    @Override
    Device device() {
        return emulator;
    }

    @Override
    Gemm gemm(Tensors t, Precision precision, RoundedFactors rounded, PartialSums sums) {
        return own(t, precision, rounded, sums);
    }
}
