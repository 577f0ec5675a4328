package dev.gateloom.ptx;

import dev.gateloom.device.CompilerReport;
import java.util.List;
import java.util.OptionalInt;
import java.util.ServiceLoader;

/** What the reports on the class path or module path say of a kernel. */
final class Reports {
    private static final List<CompilerReport> FOUND = ServiceLoader.load(CompilerReport.class).stream()
            .map(ServiceLoader.Provider::get).toList();

    private Reports() {
    }

    static OptionalInt registers(String program, String kernel, int architecture) {
        return FOUND.stream().map(report -> report.registers(program, kernel, architecture))
                .filter(OptionalInt::isPresent).findFirst().orElse(OptionalInt.empty());
    }
}
