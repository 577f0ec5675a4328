package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.Precision;
import dev.gateloom.device.Device;
import dev.gateloom.device.HostMemory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The product that a device's rate is measured with is a product: of ones, so that each element is K. */
class GemmProbeTest {

    @ParameterizedTest
    @EnumSource(Precision.class)
    void everyElementIsTheLengthOfItsSum(Precision precision) {
        int m = 33;
        int n = 70;
        int k = 24;
        try (Device device = Emulator.open(); HostMemory host = device.allocateHost((long) m * n * Float.BYTES)) {
            try (GemmProbe probe = new GemmProbe(device, precision, Products.OWN, m, n, k)) {
                probe.run();
                probe.stream().download(probe.result(), host, 0, (long) m * n * Float.BYTES);
                probe.stream().synchronize();
            }
            for (int i = 0; i < m * n; i++) {
                assertEquals(k, host.bytes().getFloat(Float.BYTES * i), "C[" + i + "]");
            }
            assertEquals(1, device.live().size(), "the host memory of this test alone: " + device.live());
        }
    }
}
