package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.kernels.KernelReport;
import dev.gateloom.kernels.Kernels;
import org.junit.jupiter.api.Test;

/** The emulator refuses what a GPU refuses: its kernels have the registers that the compiler gave them. */
class EmulatedOccupancyTest {

    @Test
    void registersAndOccupancyAreThoseOfTheReport() {
        try (Device emulator = Emulator.open()) {
            int architecture = emulator.properties().computeCapability();
            assertFalse(Kernels.report().isEmpty());
            for (KernelReport report : Kernels.report()) {
                if (report.architecture() == architecture) {
                    Kernel kernel = emulator.kernel(Kernels.program(report.program()), report.kernel());
                    assertEquals(report.registers(), kernel.registers(), report.kernel());
                    assertEquals(report.blocksPerMultiprocessor(), kernel.occupancy(report.threads(), 0), report.kernel());
                }
            }
        }
    }
}
