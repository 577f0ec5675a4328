package dev.gateloom.kernels;

import dev.gateloom.device.CompilerReport;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/** The report of this jar, as devices look it up. */
public final class KernelsReport implements CompilerReport {
    private final Map<Key, Integer> registers = new HashMap<>();

    private record Key(String program, String kernel, int architecture) {
    }

    /** For the service loader. */
    public KernelsReport() {
        for (KernelReport report : Kernels.report()) {
            registers.put(new Key(report.program(), report.kernel(), report.architecture()), report.registers());
        }
    }

    @Override
    public OptionalInt registers(String program, String kernel, int architecture) {
        Integer known = registers.get(new Key(program, kernel, architecture));
        return known == null ? OptionalInt.empty() : OptionalInt.of(known);
    }
}
