package dev.gateloom.bench;

import dev.gateloom.bench.report.Text;
import java.util.LinkedHashMap;
import java.util.Map;

/** What machine this is, line by line. */
final class MachineLines {

    private MachineLines() {
    }

    /** Processor, cores, SIMD width, JDK, system, GPU. */
    static Map<String, String> describe() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
        lines.put("Java", System.getProperty("java.runtime.version"));
        return lines;
    }

    /** The limits as lines, added to the machine's; gives only the new ones. */
    static Map<String, String> add(Map<String, String> machine, Limits limits) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("peak, one thread", Text.digits(limits.peakOne()) + " GFLOP/s, " + limits.how());
        lines.put("peak, all threads", Text.digits(limits.peakAll()) + " GFLOP/s, " + limits.threads() + " threads");
        lines.put("memory bandwidth", Text.digits(limits.bandwidth()) + " GB/s, a = b + s·c on "
                + limits.threads() + " threads");
        machine.putAll(lines);
        return lines;
    }
}
