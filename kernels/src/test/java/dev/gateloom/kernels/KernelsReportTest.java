package dev.gateloom.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.CompilerReport;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** A device that asks for registers gets those of the report. */
class KernelsReportTest {

    @Test
    void isFoundAndKnowsEveryKernel() {
        CompilerReport report = ServiceLoader.load(CompilerReport.class).stream().map(ServiceLoader.Provider::get)
                .filter(KernelsReport.class::isInstance).findFirst().orElseThrow();
        for (KernelReport kernel : Kernels.report()) {
            OptionalInt registers = report.registers(kernel.program(), kernel.kernel(), kernel.architecture());
            assertEquals(OptionalInt.of(kernel.registers()), registers);
        }
        assertTrue(report.registers("no such program", "kernel", 80).isEmpty());
    }
}
